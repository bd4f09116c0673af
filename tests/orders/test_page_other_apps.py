"""A way to pay that does not open in the app whose browser this is: not offered, and refused in words when it is sent."""

import json

import pytest

from orders.models import Order
from payments import gateways
from payments.gateways import Device
from payments.models import Payment
from tests.orders.test_page_wizard import errors
from tests.payments.test_browsers import SAFARI, WECHAT

pytestmark = pytest.mark.django_db
IN_WECHAT, IN_SAFARI = {"User-Agent": WECHAT}, {"User-Agent": SAFARI}
WORDS = "Sandbox cashier does not work inside WeChat"
NAMED = 'name="gateway" value="sandbox"'


@pytest.fixture
def browser(client_of, student_lin, campus, simulated_clock, monkeypatch):
    """Lin's, where the only cashier does not open inside WeChat."""
    monkeypatch.setattr(type(gateways.get("sandbox")), "closed_on", frozenset({Device.WECHAT}))
    return client_of(student_lin)


@pytest.fixture
def filled(places):
    return {
        "dropoff": places.dorm_north.pk, "dropoff_detail": "302", "window": "asap", "gender_wanted": "any",
        "gateway": "sandbox", "key": "0123456789", "pickup": "", "what": "Find my umbrella", "fee_offer": "8",
    }  # fmt: skip


def test_the_order_form(browser, filled):
    assert NAMED in browser.post("/new/custom/price/", filled, headers=IN_SAFARI).text
    price = browser.post("/new/custom/price/", filled, headers=IN_WECHAT).text
    assert NAMED not in price
    assert WORDS in price

    refused = browser.post("/new/custom/", filled, headers=IN_WECHAT)
    assert refused.status_code == 422
    assert any(WORDS in error for error in errors(refused.text))
    assert not Order.objects.exists()
    assert "/cashier/" in browser.post("/new/custom/", filled, headers=IN_SAFARI).url


def test_a_tip(browser, ordered):
    order = ordered()
    page = browser.get(f"/o/{order.no}/tip/", headers=IN_WECHAT).text
    assert NAMED not in page
    assert WORDS in page
    data = {"amount": "3", "gateway": "sandbox", "key": "ABCDEFGH12"}
    refused = browser.post(f"/o/{order.no}/tip/", data, headers=IN_WECHAT)
    assert refused.status_code == 422
    assert WORDS in refused.text
    assert not Payment.objects.filter(purpose="tip").exists()


def test_goods_that_are_dearer(browser, asked_over_budget):
    order = asked_over_budget
    assert NAMED in browser.get(f"/o/{order.no}/", headers=IN_SAFARI).text
    page = browser.get(f"/o/{order.no}/", headers=IN_WECHAT).text
    assert NAMED not in page
    assert WORDS in page
    data = {"agree": "yes", "gateway": "sandbox"}
    refused = browser.post(f"/o/{order.no}/budget/", data, headers=IN_WECHAT | {"HX-Request": "true"})
    assert refused.status_code == 422
    assert WORDS in json.loads(refused.headers["HX-Trigger"])["toast"]["text"]


@pytest.fixture
def asked_over_budget(ordered, carried, student_lin, courier_zhao, picture):
    """An order whose goods cost more than its budget, and the wallet holds nothing."""
    from orders import services
    from payments.services import account, balance, transfer

    answers = {"shopping_list": "Milk"}
    order = ordered(kind="purchase", pickup_codes="", budget_fen=500, answers=answers, what="Milk")
    carried(order)
    services.ask_over_budget(order=order, actor=courier_zhao.user, cost_fen=800, photo=picture())
    rest = balance("wallet", user=student_lin)
    moves = [(account("wallet", user=student_lin), -rest), (account("gateway", gateway="sandbox"), rest)]
    transfer(key="spent", reason="topup", moves=moves)
    return order
