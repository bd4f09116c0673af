"""Compensation is borne by whom the ruling names: as far as they can, and never out of another sale or another job."""

import pytest

from catalog.models import CommissionRule, Merchant
from core.versioning import publish_version
from exceptions.actions import ACTIONS
from exceptions.tickets import services
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from payments.models import Account
from payments.selectors import check_ledger
from payments.services import balance
from tests.exceptions.actions.running import filled, previewed, run

pytestmark = pytest.mark.django_db
KIND = Account.Kind


@pytest.fixture
def shop(campus, places):
    publish_version(CommissionRule(campus=campus, percent=10))
    return Merchant.objects.create(
        campus=campus, place=places.print_shop, name="图文打印店", kind="shop", errands_on_account=True
    )


@pytest.fixture
def sell(shop, campus, places, student_lin, wallet_money, walk, library, simulated_clock):
    """sell(fen): Lin has something bought in the shop for that much, and has got it."""

    def go(fen: int) -> Order:
        wallet_money(student_lin, 20_000)
        data = {"pickup": places.print_shop, "dropoff": places.dorm_north, "budget_fen": fen, "what": "Paper"}
        order = orders.place_order(
            actor=student_lin, request=ErrandRequest(campus=campus, kind="purchase", **data), gateway="wallet"
        )
        Order.objects.filter(pk=order.pk).update(goods_cost_fen=fen)
        walk(order, "delivered")
        return Order.objects.get(pk=order.pk)

    return go


@pytest.fixture
def wrong(sell, operator_wang):
    """Lin got the wrong thing from the shop, which sold it for ¥20 (¥18 after commission): the ticket."""
    return services.report(order=sell(2000), type="goods_wrong", source="operator", actor=operator_wang)


def test_the_merchant_pays(wrong, shop, student_lin, operator_wang):
    before, wallet = balance(KIND.MERCHANT_PAYABLE, merchant=shop), balance(KIND.WALLET, user=student_lin)
    given = {"amount_fen": "12", "borne_by": "merchant", "text": "Packed the wrong one"}
    assert previewed(wrong, "compensate", **given) == {"customer": 1200, "merchant": -1200}
    entry = run(wrong, "compensate", operator_wang, **given)
    assert before - balance(KIND.MERCHANT_PAYABLE, merchant=shop) == 1200
    assert balance(KIND.WALLET, user=student_lin) - wallet == 1200
    assert (entry.data["merchant_fen"], entry.data["courier_fen"]) == (1200, 0)
    assert check_ledger() == []


def test_no_more_than_this_sale_brought(wrong, sell, shop, supervisor_sun):
    sell(5000)
    given = {"amount_fen": "30", "borne_by": "merchant", "text": "All of it"}
    assert previewed(wrong, "compensate", **given) == {"customer": 3000, "merchant": -1800, "platform": -1200}
    run(wrong, "compensate", supervisor_sun, **given)
    assert balance(KIND.MERCHANT_PAYABLE, merchant=shop) == 4500


def test_the_insurance_pays(wrong, campus, operator_wang):
    given = {"amount_fen": "12", "borne_by": "insurance", "text": "Covered"}
    assert previewed(wrong, "compensate", **given) == {"customer": 1200, "insurance": -1200}
    run(wrong, "compensate", operator_wang, **given)
    assert balance(KIND.INSURANCE, campus=campus) == -1200


def test_who_has_nothing_to_do_with_it_is_not_offered(place, walk, student_lin):
    order = place()
    walk(order, "delivered")
    late = services.report(order=order, type="attitude", source="customer", actor=student_lin)
    offered = {code for code, _label in ACTIONS["compensate"].form(late).fields["borne_by"].choices}
    assert "merchant" not in offered
    assert {"platform", "insurance"} <= offered


def test_what_is_previewed_is_what_is_paid_by_the_courier(wrong, courier_zhao, operator_wang):
    given = {"amount_fen": "12", "borne_by": "courier", "text": "Mixed them up"}
    step = ACTIONS["compensate"]
    parts = {
        line.who: line.fen
        for line in step.preview(wrong, filled(wrong, "compensate", **given).cleaned_data).lines
    }
    before = balance(KIND.COURIER_EARNINGS, user=courier_zhao.user)
    run(wrong, "compensate", operator_wang, **given)
    assert balance(KIND.COURIER_EARNINGS, user=courier_zhao.user) - before == parts["courier"] < 0
    assert parts["customer"] + parts["courier"] + parts["platform"] == 0
