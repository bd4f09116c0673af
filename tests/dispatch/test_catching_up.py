"""The customer changes the address a moment before somebody takes the job: what is taken is the order as it is now."""

import pytest

from core import outbox
from core.errors import TooLate
from delivery import services as delivery
from delivery.models import Leg, LegStatus
from dispatch import services
from dispatch.models import Offer
from orders import services as orders
from orders.models import Order
from payments.selectors import check_ledger
from payments.services import balance
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(campus, places, student_lin, wallet_money):
    """far(place): a place of the same kind and zone, but a long and dear way off."""
    wallet_money(student_lin, 50_000)

    def make(near):
        return factories.PlaceFactory(
            campus=campus, zone=near.zone, kind=near.kind, code=f"far-{near.code}",
            lat=near.lat + 0.012, lon=near.lon + 0.012,
        )  # fmt: skip

    return make


@pytest.fixture
def moved(student_lin):
    """moved(leg, dropoff, then): Lin changes the address, `then` happens, and only now dispatch hears of the change."""

    def go(leg: Leg, dropoff, then):
        with outbox.deferred_delivery():
            orders.change_address(order=leg.order, actor=student_lin, dropoff=dropoff, dropoff_detail="101")
            then()
        outbox.drain()
        leg.refresh_from_db()
        leg.order.refresh_from_db()
        return leg

    return go


def test_a_grab_pays_the_new_way(open_job, places, far, moved, courier_zhao):
    leg = open_job()
    before = leg.pay_fen
    leg = moved(leg, far(places.dorm_north), lambda: services.grab(leg=leg, courier=courier_zhao))
    assert leg.courier == courier_zhao
    assert leg.pay_fen == leg.order.courier_fen > before


def pick_up(leg, courier):
    delivery.pick_up(leg=leg, actor=courier.user)


def bring_to_the_door(leg, courier):
    pick_up(leg, courier)
    delivery.arrive_at_dropoff(leg=leg, actor=courier.user)


@pytest.mark.parametrize("meanwhile", [pick_up, bring_to_the_door])
def test_a_pickup_goes_to_the_new_door(open_job, places, far, moved, carry, courier_zhao, meanwhile):
    leg, new = carry(open_job(), courier_zhao, stages=1), far(places.dorm_north)
    doors = []

    def then():
        meanwhile(leg, courier_zhao)
        doors.append(Leg.objects.get(pk=leg.pk).dropoff)

    moved(leg, new, then)
    assert doors == [new]  # at once, before dispatch hears of the change
    assert leg.dropoff == leg.order.dropoff == new


def test_a_pickup_of_before_follows_too(open_job, places, far, carry, courier_zhao, student_lin):
    """What a version without that left behind is put right by whatever dispatch hears of the order next."""
    leg, new = carry(open_job(), courier_zhao, stages=2), far(places.dorm_north)
    Order.objects.update(dropoff=new)
    orders.add_tip(order=leg.order, actor=student_lin, amount=200, gateway="wallet", key="tip")
    leg.refresh_from_db()
    assert leg.dropoff == new


def test_a_pickup_for_the_shelf_goes_to_the_shelf(
    open_job, places, far, moved, carry, station, courier_zhao, courier_qian
):
    leg, new = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=1), far(places.dorm_women)
    moved(leg, new, lambda: pick_up(leg, courier_zhao))
    second = leg.order.legs.get(sequence=2)
    assert (leg.dropoff, second.dropoff) == (station.place, new)


@pytest.mark.parametrize("is_nearer", [True, False], ids=["nearer", "farther"])
def test_both_parts_of_a_relay_add_up_and_are_paid(
    open_job, places, far, moved, station, courier_zhao, courier_qian, is_nearer
):
    near = places.dorm_women
    start, end = (far(near), near) if is_nearer else (near, far(near))
    leg = open_job(dropoff=start)
    moved(leg, end, lambda: services.grab(leg=leg, courier=courier_zhao))
    first, second = leg.order.legs.order_by("sequence")
    assert first.pay_fen + second.pay_fen == leg.order.courier_fen
    for stage in (delivery.arrive_at_pickup, delivery.pick_up, delivery.arrive_at_dropoff):
        stage(leg=first, actor=courier_zhao.user)
    services.process_scan(text=delivery.place_qr_code(station.place).signed, courier=courier_zhao)
    services.grab(leg=second, courier=courier_qian)
    services.process_scan(text=delivery.place_qr_code(station.place).signed, courier=courier_qian)
    delivery.arrive_at_dropoff(leg=second, actor=courier_qian.user)
    delivery.deliver(leg=second, actor=courier_qian.user, code=leg.order.receiving_code)
    assert balance("escrow", ref=leg.order.no) == 0
    assert check_ledger() == []


def test_a_door_that_is_reached_another_way_is_looked_at_again(
    open_job, places, moved, station, courier_zhao
):
    leg = open_job(dropoff=places.dorm_women)

    def too_late():
        with pytest.raises(TooLate, match="job has just been changed"):
            services.grab(leg=leg, courier=courier_zhao)

    moved(leg, places.dorm_north, too_late)
    only = leg.order.legs.get(status=LegStatus.OPEN)
    assert (only.relay, only.dropoff) == (None, places.dorm_north)


def test_an_offer_on_other_terms_is_over_and_not_counted_as_ignored(
    open_job, places, far, moved, courier_zhao, simulated_clock
):
    leg = open_job()
    offer = services.make_offer(courier=courier_zhao, legs=[leg])

    def too_late():
        with pytest.raises(TooLate, match="changed or cancelled a moment ago"):
            services.accept_offer(offer=offer, actor=courier_zhao.user)

    leg = moved(leg, far(places.dorm_north), too_late)
    offer.refresh_from_db()
    assert (offer.status, leg.status) == (Offer.Status.WITHDRAWN, LegStatus.OPEN)
    assert leg.pay_fen == leg.order.courier_fen


def test_who_gave_it_back_does_not_get_it_by_another_way(
    open_job, places, station, carry, courier_zhao, courier_qian, student_lin
):
    leg = carry(open_job(dropoff=places.dorm_women), courier_zhao)
    delivery.give_back(leg=leg, actor=courier_zhao.user, reason="other")
    Leg.objects.get(order=leg.order, status=LegStatus.OPEN).excluded.add(courier_zhao)
    orders.change_address(order=leg.order, actor=student_lin, dropoff=places.dorm_north, dropoff_detail="")
    again = leg.order.legs.get(status=LegStatus.OPEN)
    assert again.relay is None
    assert list(again.excluded.all()) == [courier_zhao]


def test_what_is_offered_meanwhile_goes_another_way_too(open_job, places, moved, station, courier_zhao):
    leg = open_job(dropoff=places.dorm_women)
    offer = services.make_offer(courier=courier_zhao, legs=[leg])
    moved(leg, places.dorm_north, lambda: None)
    offer.refresh_from_db()
    only = leg.order.legs.exclude(status=LegStatus.CANCELLED).get()
    assert (offer.status, only.relay, only.dropoff) == (Offer.Status.WITHDRAWN, None, places.dorm_north)
    assert services.grab(leg=only, courier=courier_zhao).courier == courier_zhao


def test_what_is_offered_is_offered_anew_when_its_door_changes(open_job, places, far, moved, courier_zhao):
    leg = open_job()
    offer = services.make_offer(courier=courier_zhao, legs=[leg])
    leg = moved(leg, far(places.dorm_north), lambda: None)
    offer.refresh_from_db()
    assert (offer.status, leg.status) == (Offer.Status.WITHDRAWN, LegStatus.OPEN)


def test_a_tip_that_comes_meanwhile_is_no_reason(open_job, courier_zhao, student_lin):
    leg = open_job()
    offer = services.make_offer(courier=courier_zhao, legs=[leg])
    orders.add_tip(order=leg.order, actor=student_lin, amount=200, gateway="wallet", key="tip")
    services.accept_offer(offer=offer, actor=courier_zhao.user)
    leg.refresh_from_db()
    assert leg.courier == courier_zhao
