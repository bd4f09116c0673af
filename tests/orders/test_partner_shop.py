"""Buying in a partner's shop: the courier pays nothing, the platform pays the shop."""

from datetime import date

import pytest

from catalog.models import CommissionRule, Merchant
from core.versioning import publish_version
from delivery import services as delivery
from dispatch import services as dispatch
from orders import services as orders
from orders.requests import ErrandRequest
from payments import services
from payments.models import Account, Settlement
from payments.selectors import check_ledger

pytestmark = pytest.mark.django_db
Kind = Account.Kind
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def shop(campus, places):
    publish_version(CommissionRule(campus=campus, percent=8))
    return Merchant.objects.create(
        campus=campus, place=places.print_shop, name="图文打印店", kind="shop", errands_on_account=True
    )


@pytest.fixture
def order(campus, student_lin, wallet_money, places, shop, simulated_clock):
    wallet_money(student_lin, 10_000)
    made = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus,
            kind="purchase",
            pickup=places.print_shop,
            dropoff=places.dorm_north,
            budget_fen=3000,
            what="Paper",
        ),
        gateway="wallet",
    )
    made.refresh_from_db()
    return made


def carry(order, courier, photo):
    leg = dispatch.grab(leg=order.legs.get(), courier=courier)
    delivery.arrive_at_pickup(leg=leg, actor=courier.user)
    delivery.buy_goods(leg=leg, actor=courier.user, cost_fen=2500, photo=photo())
    delivery.pick_up(leg=leg, actor=courier.user)
    delivery.arrive_at_dropoff(leg=leg, actor=courier.user)
    delivery.deliver(leg=leg, actor=courier.user, code=order.receiving_code)
    order.refresh_from_db()


def test_the_shop_is_paid_and_not_the_couriers_outlay(
    order, shop, courier_zhao, student_lin, photo, campus, simulated_clock, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    assert order.merchant == shop
    before = services.balance(Kind.WALLET, user=student_lin)
    carry(order, courier_zhao, photo)

    assert services.balance(Kind.MERCHANT_PAYABLE, merchant=shop) == 2300
    assert services.balance(Kind.COURIER_EARNINGS, user=courier_zhao.user) == order.courier_fen
    assert services.balance(Kind.WALLET, user=student_lin) == before + 500
    assert services.balance(Kind.ESCROW, ref=order.no) == 0
    orders.complete_order(order=order, actor=student_lin)
    services.settle_day(TODAY)
    assert not Settlement.objects.exists()
    simulated_clock.advance(hours=24)
    assert orders.release_earnings() == 1
    assert services.settle_day(TOMORROW) == 1
    assert check_ledger() == []


def test_the_courier_reads_that_there_is_nothing_to_pay(order, client_of, courier_zhao):
    leg = dispatch.grab(leg=order.legs.get(), courier=courier_zhao)

    assert "Nothing to pay here" in client_of(courier_zhao).get(f"/c/job/{leg.no}/").text
