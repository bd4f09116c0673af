"""Goods that are bought and not on their way yet: nobody loses what they paid, and nobody pays another price."""

import pytest

from catalog.models import CommissionRule, Merchant
from core.errors import WrongState
from core.versioning import publish_version
from delivery import services
from delivery.models import LegStatus
from dispatch import services as dispatch
from orders import services as orders
from orders.models import OverBudget, Status
from payments.selectors import check_ledger
from payments.services import balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(open_job, carry, places, courier_zhao, photo):
    """bought(cost_fen, …): Zhao stands in the shop and has entered what the goods cost, of a budget of ¥20."""

    def go(*costs: int, pickup=None, **changes):
        leg = open_job(kind="purchase", pickup=pickup or places.canteen, budget_fen=2000, **changes)
        leg = carry(leg, courier_zhao, stages=1)
        for cost in costs:
            services.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=cost, photo=photo())
        leg.refresh_from_db()
        return leg

    return go


def test_the_customer_cannot_cancel_what_is_bought(
    bought, student_lin, client_of, courier_zhao, simulated_clock
):
    leg = bought(1500)
    simulated_clock.advance(minutes=10)
    lin = client_of(student_lin)
    page = lin.get(f"/o/{leg.order.no}/").text
    assert f"/o/{leg.order.no}/cancel/" not in page
    assert "The goods are bought" in page
    assert lin.post(f"/o/{leg.order.no}/cancel/", {"expected_fee_fen": 150, "reason": "x"}).status_code == 409
    with pytest.raises(WrongState, match="bought already"):
        orders.cancel_order(order=leg.order, actor=student_lin)
    leg.refresh_from_db()
    assert (leg.status, leg.order.status) == (LegStatus.AT_PICKUP, Status.ACCEPTED)


@pytest.mark.parametrize(("paid", "earned"), [(True, 1500), (False, 0)])
def test_an_operator_ends_it_and_says_whether_the_courier_gets_the_outlay(
    bought, operator_wang, courier_zhao, student_lin, paid, earned
):
    leg = bought(1500)
    before = balance("wallet", user=student_lin)
    services.write_off(order=leg.order, actor=operator_wang, paid=paid)
    leg.refresh_from_db()
    assert (leg.status, leg.order.status) == (LegStatus.FAILED, Status.CANCELLED)
    assert balance("courier_earnings", user=courier_zhao.user) == (leg.pay_fen + earned if paid else 0)
    assert balance("wallet", user=student_lin) == before + leg.order.total_fen
    assert balance("escrow", ref=leg.order.no) == 0
    assert check_ledger() == []


def test_a_partner_shop_keeps_its_money(bought, campus, places, operator_wang, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    publish_version(CommissionRule(campus=campus, percent=8))
    shop = Merchant.objects.create(
        campus=campus, place=places.print_shop, name="图文打印店", kind="shop", errands_on_account=True
    )
    leg = bought(1500, pickup=places.print_shop)
    services.write_off(order=leg.order, actor=operator_wang)
    assert balance("merchant_payable", merchant=shop) == 1380
    assert balance("escrow", ref=leg.order.no) == 0
    assert check_ledger() == []


def test_what_is_not_bought_is_not_written_off(bought, operator_wang):
    with pytest.raises(WrongState):
        services.write_off(order=bought().order, actor=operator_wang)


def test_cheaper_after_all_the_question_is_over(bought, student_lin):
    leg = bought(2200, 1500)
    assert OverBudget.objects.get().status == "declined"
    with pytest.raises(WrongState):
        orders.answer_over_budget(order=leg.order, actor=student_lin, agree=True)
    assert (leg.order.goods_cost_fen, leg.order.budget_fen) == (1500, 2000)


def test_who_takes_the_goods_waits_for_no_answer(bought, places, courier_zhao, student_lin, client_of):
    leg = bought(1500, 2200)
    dispatch.process_scan(text=services.place_qr_code(places.canteen).signed, courier=courier_zhao)
    page = client_of(courier_zhao.user).get(f"/c/job/{leg.no}/").text
    assert "Waiting for the customer" not in page
    assert "/arrive_at_dropoff/" in page
    assert "Dearer than your budget" not in client_of(student_lin).get(f"/o/{leg.order.no}/").text


def test_who_fetches_it_from_the_shelf_has_bought_nothing(
    bought, places, station, courier_zhao, courier_qian, operator_wang
):
    first = bought(1500, dropoff=places.dorm_women)
    services.pick_up(leg=first, actor=courier_zhao.user)
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_zhao)
    second = dispatch.grab(leg=first.order.legs.get(sequence=2), courier=courier_qian)
    dispatch.unassign_leg(leg=second, actor=operator_wang)
    assert second.order.legs.filter(sequence=2, status=LegStatus.OPEN).count() == 1


def test_nobody_asks_money_for_goods_of_an_order_that_has_none_to_buy(open_job, carry, courier_zhao, photo):
    leg = carry(open_job(), courier_zhao, stages=1)
    with pytest.raises(WrongState):
        services.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=500, photo=photo())
    assert not OverBudget.objects.exists()
