"""An erasure over all apps: what stands against it there, and what goes there."""

import json

import pytest

from accounts import personal, services
from accounts.models import User
from core.errors import WrongState
from delivery import services as delivery
from dispatch import services as dispatch
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from payments import selectors as money
from payments.models import Account


@pytest.fixture
def order(campus, places, student_lin, wallet_money, simulated_clock):
    """Lin spends every fen of the wallet on one parcel."""
    data = {
        "pickup": places.parcel_station,
        "dropoff": places.dorm_north,
        "dropoff_detail": "3楼 302",
        "pickup_codes": "5-2-1188",
        "contact_name": "室友小王",
        "contact_phone": "13912345678",
        "note": "mind the cat",
    }
    quote = orders.quote(ErrandRequest(campus=campus, kind="parcel", **data))
    wallet_money(student_lin, quote.total_fen)
    return orders.place_order(
        actor=student_lin, request=ErrandRequest(campus=campus, kind="parcel", **data), gateway="wallet"
    )


@pytest.fixture
def done(order, courier_zhao):
    """…and Zhao brings it."""
    leg = dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
    for stage in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
        leg = stage(leg=leg, actor=courier_zhao.user)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
    return orders.complete_order(order=order, actor=order.customer)


def test_lin_not_while_the_order_is_under_way(order, student_lin):
    with pytest.raises(WrongState, match="order under way"):
        services.erase_person(user=student_lin)
    assert User.objects.get(pk=student_lin.pk).phone == student_lin.phone


def test_zhao_not_while_on_duty_nor_with_earnings(done, courier_zhao):
    with pytest.raises(WrongState, match="on duty") as error:
        services.erase_person(user=courier_zhao.user)
    assert "money in your wallet or earnings" in str(error.value)


def test_lin_not_with_money_in_the_wallet(student_lin, wallet_money):
    wallet_money(student_lin, 1)
    with pytest.raises(WrongState, match="money"):
        services.erase_person(user=student_lin)


def test_afterwards_nothing_tells_who_it_was(done, student_lin):
    services.erase_person(user=student_lin)
    order = Order.objects.get(pk=done.pk)
    assert (order.contact_name, order.contact_phone, order.dropoff_detail) == ("", "", "")
    assert (order.pickup_codes, order.note) == ("", "")
    # the books keep the rest
    assert order.total_fen == done.total_fen
    assert order.status == "completed"
    assert not money.check_ledger()


def test_a_couriers_position_goes(courier_zhao):
    courier_zhao.lat, courier_zhao.lon, courier_zhao.on_duty = 31.0, 121.0, False
    courier_zhao.save()
    services.erase_person(user=courier_zhao.user)
    courier_zhao.refresh_from_db()
    assert (courier_zhao.lat, courier_zhao.lon, courier_zhao.located_at) == (None, None, None)


def test_the_export_covers_every_app(done, student_lin, courier_zhao):
    lins = json.loads(json.dumps(personal.gather(student_lin)))
    assert lins["orders"][0]["contact_phone"] == "13912345678"
    assert {e["reason"] for e in lins["money"]["entries"]} >= {"topup"}
    assert lins["courier"] is None
    assert set(lins) >= {"orders", "money", "courier", "tickets", "notices"}
    zhaos = json.loads(json.dumps(personal.gather(courier_zhao.user)))
    assert zhaos["orders"] == []  # carried, not ordered
    assert len(zhaos["jobs"]) == 1
    assert "13912345678" not in json.dumps(zhaos)
    earned = Account.objects.filter(user=courier_zhao.user).exclude(balance=0)
    assert {a["balance_fen"] for a in zhaos["money"]["accounts"]} >= {a.balance for a in earned}
