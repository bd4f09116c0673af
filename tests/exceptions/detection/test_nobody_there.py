"""Nobody is there: for a booked order, at a station that closes, to take an offer, at a shift, at the right station."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import WrongState
from couriers import services as couriers
from couriers.models import Shift, ShiftAssignment
from delivery import services as delivery
from delivery.models import Custody
from dispatch import services as dispatch
from dispatch.models import DispatchRule, Planning
from exceptions.detection.scanner import scan
from exceptions.models import DetectorThreshold, Ticket, Watch
from orders.models import Order
from tests import factories

pytestmark = pytest.mark.django_db


def quiet() -> None:
    """No alarm of the order itself."""
    Order.objects.update(stage_due_at=None, promise_due_at=None)


# -- Booked for a time -----------------------------------------------------------------------------------------


@pytest.fixture
def booked(place, simulated_clock):
    start = clock.now() + timedelta(hours=3)
    return place(window_start=start, window_end=start + timedelta(minutes=30))


@pytest.mark.raises_type("scheduled_unstaffed")
def test_a_booked_order_without_a_courier(booked, simulated_clock):
    simulated_clock.move_to(booked.window_start - timedelta(minutes=16))
    quiet()
    scan()
    assert not Ticket.objects.exists()
    simulated_clock.move_to(booked.window_start - timedelta(minutes=15))
    scan()
    ticket = Ticket.objects.get(type="scheduled_unstaffed")
    assert (ticket.order, ticket.courier, ticket.source) == (booked, None, "scanner")
    assert not Watch.objects.filter(detector="scheduled_unstaffed").exists()
    simulated_clock.advance(minutes=5)
    scan()
    assert Ticket.objects.filter(type="scheduled_unstaffed").count() == 1


def test_one_that_a_courier_has_is_fine(booked, simulated_clock, walk):
    from orders import services as orders

    simulated_clock.move_to(booked.window_start - timedelta(minutes=25))
    orders.release_scheduled()
    walk(booked, "assigned")
    quiet()
    simulated_clock.move_to(booked.window_start - timedelta(minutes=10))
    scan()
    assert not Ticket.objects.filter(type="scheduled_unstaffed").exists()


def test_what_is_wanted_at_once_is_not_watched(order):
    assert not Watch.objects.filter(detector="scheduled_unstaffed").exists()


def test_a_campus_hears_of_it_earlier(booked, simulated_clock, campus):
    DetectorThreshold.objects.create(
        campus=campus, detector="scheduled_unstaffed", name="ahead_minutes", value=60
    )
    simulated_clock.move_to(booked.window_start - timedelta(minutes=59))
    quiet()
    scan()
    assert Ticket.objects.filter(type="scheduled_unstaffed").exists()


# -- A station that closes -------------------------------------------------------------------------------------


@pytest.fixture
def station(campus, places):
    made = factories.RelayStationFactory(
        place__campus=campus, place__code="relay", place__name="中转站", hours="00:01-23:00"
    )
    made.zones.add(places.dorm_women.zone)
    return made


@pytest.fixture
def shelved(station, place, places, walk, courier_zhao):
    order = place(dropoff=places.dorm_women)
    leg = order.legs.get(sequence=1)
    dispatch.grab(leg=leg, courier=courier_zhao)
    for step in ("arrive_at_pickup", "pick_up"):
        getattr(delivery, step)(leg=leg, actor=courier_zhao.user)
        leg.refresh_from_db()
    dispatch.process_scan(text=delivery.place_qr_code(station.place).signed, courier=courier_zhao)
    order.refresh_from_db()
    quiet()
    return order


@pytest.mark.raises_type("relay_closing")
def test_goods_in_a_station_that_closes_without_a_keeper(shelved, station, simulated_clock):
    watch = Watch.objects.get(detector="relay_closing")
    simulated_clock.move_to(watch.due_at - timedelta(seconds=1))
    scan()
    assert not Ticket.objects.filter(type="relay_closing").exists()
    simulated_clock.move_to(watch.due_at)
    scan()
    assert Ticket.objects.get(type="relay_closing").order == shelved
    watch.refresh_from_db()
    assert watch.due_at == clock.now() + timedelta(days=1)  # and again tomorrow


def test_a_keeper_who_works_there_sees_to_it(shelved, station, simulated_clock, student_lin):
    keeper = factories.UserFactory(username="zhou", campus=shelved.campus)
    station.keepers.add(keeper)
    watch = Watch.objects.get(detector="relay_closing")
    simulated_clock.move_to(watch.due_at)
    Custody.objects.create(
        order=shelved, leg=watch.leg, act="shelved", how="scan", taker=keeper, station=station,
        at=clock.now() - timedelta(minutes=20),
    )  # fmt: skip
    scan()
    assert not Ticket.objects.filter(type="relay_closing").exists()


def test_once_somebody_fetches_it_the_closing_station_is_settled(shelved, simulated_clock, courier_qian):
    simulated_clock.move_to(Watch.objects.get(detector="relay_closing").due_at)
    scan()
    dispatch.grab(leg=shelved.legs.get(sequence=2), courier=courier_qian)
    assert Ticket.objects.get(type="relay_closing").resolution == "auto:found_courier"


# -- Scanned at the wrong station ------------------------------------------------------------------------------


@pytest.mark.raises_type("wrong_station")
def test_goods_scanned_at_another_station(station, place, places, campus, courier_zhao):
    other = factories.RelayStationFactory(place__campus=campus, place__code="relay2", place__name="另一站")
    order = place(dropoff=places.dorm_women)
    leg = order.legs.get(sequence=1)
    dispatch.grab(leg=leg, courier=courier_zhao)
    for step in ("arrive_at_pickup", "pick_up"):
        getattr(delivery, step)(leg=leg, actor=courier_zhao.user)
        leg.refresh_from_db()
    with pytest.raises(WrongState):
        dispatch.process_scan(text=delivery.place_qr_code(other.place).signed, courier=courier_zhao)
    ticket = Ticket.objects.get(type="wrong_station")
    assert (ticket.order, ticket.courier, ticket.source) == (order, courier_zhao, "event")
    assert "另一站" in ticket.description
    leg.refresh_from_db()
    assert leg.status == "picked_up"


# -- Offers that nobody takes ----------------------------------------------------------------------------------


@pytest.mark.raises_type("offers_unanswered")
def test_nobody_takes_the_offers(order, campus, simulated_clock):
    DispatchRule.objects.create(campus=campus, offers=True)
    Planning.objects.create(campus=campus)
    quiet()
    leg = order.legs.get()
    for n in range(4):
        assert not Ticket.objects.exists()
        courier = factories.CourierFactory(campus=campus, user__username=f"courier-{n}")
        dispatch.make_offer(courier=courier, legs=[leg])
        simulated_clock.advance(minutes=1)
        dispatch.expire_offers()
        leg.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (ticket.type_id, ticket.source) == ("offers_unanswered", "event")
    assert ticket.events.get(kind="opened").data == {"offers": 4}


# -- A shift that nobody came to -------------------------------------------------------------------------------


@pytest.fixture
def missed(places, courier_zhao, simulated_clock):
    """Zhao has a place in the shift of the northern dorms and is not on duty."""
    courier_zhao.on_duty, courier_zhao.duty_since = False, None
    courier_zhao.save()
    starts = clock.now() + timedelta(minutes=10)
    shift = Shift.objects.create(
        campus=courier_zhao.campus, zone=places.dorm_north.zone, starts_at=starts, places=2
    )
    ShiftAssignment.objects.create(shift=shift, courier=courier_zhao, starts_at=starts)
    simulated_clock.move_to(starts + timedelta(minutes=10))
    return shift


@pytest.mark.raises_type("shift_missed")
def test_nobody_came_and_an_order_waits(order, missed):
    quiet()
    couriers.watch_shifts()
    ticket = Ticket.objects.get()
    assert (ticket.order, ticket.type_id, ticket.source) == (order, "shift_missed", "event")
    assert ticket.description


def test_one_who_came_is_enough(order, missed, courier_qian):
    ShiftAssignment.objects.create(
        shift=missed, courier=courier_qian, starts_at=missed.starts_at, outcome="came"
    )
    quiet()
    couriers.watch_shifts()
    assert not Ticket.objects.exists()
