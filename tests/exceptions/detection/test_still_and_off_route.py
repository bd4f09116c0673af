"""A courier with goods who stands still, or rides elsewhere: told from a locked phone, GPS noise and gaps."""

from datetime import timedelta

import pytest

from campus.geo import M_PER_DEGREE
from core import clock
from couriers import services as couriers
from couriers.models import TrailPoint
from delivery.models import Leg
from exceptions.detection.detectors.courier_off_route.route import way_of
from exceptions.detection.scanner import scan
from exceptions.models import DetectorThreshold, Ticket, Watch
from orders.models import Order

pytestmark = pytest.mark.django_db
Step = Watch.Step


@pytest.fixture
def at(courier_zhao):
    """at(place, east=0, north=0, within=None): Zhao's phone says that it is so many metres from there, within so many."""

    def say(place, east: float = 0, north: float = 0, within: float | None = None) -> None:
        lat, lon = place.position
        couriers.report_position(
            courier=courier_zhao, lat=lat + north / M_PER_DEGREE, lon=lon + east / (M_PER_DEGREE * 0.857),
            accuracy_m=within,
        )  # fmt: skip

    return say


@pytest.fixture
def riding(order, walk, places, at):
    """Zhao has Lin's parcel, a fix at the pickup, and the next stop was due."""
    at(places.parcel_station)
    walk(order, "picked_up")
    Order.objects.update(stage_due_at=None, promise_due_at=None)
    Leg.objects.update(next_stop_at=clock.now() + timedelta(minutes=1))
    return order.legs.get()


@pytest.fixture
def ride(simulated_clock, riding):
    """ride(seconds, say): so long, with `say(n)` each quarter of a minute and the scanner at work."""

    def pass_time(seconds: int, say=lambda n: None) -> None:
        for n in range(seconds // 15):
            simulated_clock.advance(seconds=15)
            say(n)
            scan()

    return pass_time


def tickets(code: str):
    return Ticket.objects.filter(type=code)


# -- Standing still --------------------------------------------------------------------------------------------


@pytest.mark.raises_type("courier_stationary")
def test_a_courier_who_stands_with_the_goods_is_noticed(ride, at, places, courier_zhao, riding):
    ride(300, lambda n: at(places.print_shop))
    assert not tickets("courier_stationary").exists()
    ride(240, lambda n: at(places.print_shop))
    ticket = tickets("courier_stationary").get()
    assert (ticket.courier, ticket.leg, ticket.source) == (courier_zhao, riding, "scanner")


def test_noise_does_not_look_like_moving(ride, at, places):
    """Fixes jump by fifty metres, and each fifth is two hundred wrong."""
    ride(540, lambda n: at(places.print_shop, 200 if n % 6 == 5 else 50 * (n % 2), 30 * (n % 3)))
    assert tickets("courier_stationary").exists()


def test_who_moves_is_left_alone(ride, at, places):
    ride(600, lambda n: at(places.print_shop, 20 * n))
    assert not tickets("courier_stationary").exists()


@pytest.mark.parametrize("within, found", [(None, True), (80, True), (81, False)])
def test_what_the_phone_is_in_doubt_of_tells_nothing(ride, at, places, within, found):
    """Beyond the circle that counts as standing: somebody may have moved as far as that."""
    ride(540, lambda n: at(places.print_shop, within=within))
    assert tickets("courier_stationary").exists() == found


def test_in_doubt_once_there_is_a_ticket_nothing_is_taken_back(ride, at, places):
    ride(540, lambda n: at(places.print_shop))
    ride(120, lambda n: at(places.print_shop, within=500))
    assert tickets("courier_stationary").get().status == "open"


def test_a_locked_phone_does_not_stand_still(ride, at, places):
    ride(60, lambda n: at(places.print_shop))
    ride(600)
    assert not tickets("courier_stationary").exists()


def test_before_the_next_stop_is_due_one_may_stand(ride, at, places):
    Leg.objects.update(next_stop_at=clock.now() + timedelta(minutes=30))
    ride(600, lambda n: at(places.print_shop))
    assert not tickets("courier_stationary").exists()


def test_at_the_door_one_waits(ride, at, walk, riding, places):
    walk(riding.order, "at_dropoff")
    ride(600, lambda n: at(places.dorm_north))
    assert not tickets("courier_stationary").exists()


def test_who_moves_on_needs_no_ticket(ride, at, places):
    ride(540, lambda n: at(places.print_shop))
    ride(120, lambda n: at(places.print_shop, 150 * (n + 1)))
    assert tickets("courier_stationary").get().resolution == "auto:courier_stationary_over"


def test_a_campus_says_how_long_is_long(ride, at, places, campus):
    DetectorThreshold.objects.create(
        campus=campus, detector="courier_stationary", name="still_minutes", value=20
    )
    ride(600, lambda n: at(places.print_shop))
    assert not tickets("courier_stationary").exists()


# -- Off the route ---------------------------------------------------------------------------------------------


@pytest.mark.raises_type("courier_off_route")
def test_far_from_every_way_three_looks_in_a_row(ride, at, places, courier_zhao):
    ride(75, lambda n: at(places.parcel_station, 0, -900))
    assert not tickets("courier_off_route").exists()
    ride(150, lambda n: at(places.parcel_station, 0, -900))
    ticket = tickets("courier_off_route").get()
    assert (ticket.courier, ticket.source) == (courier_zhao, "scanner")


def test_one_wrong_fix_is_nothing(ride, at, places):
    ride(60, lambda n: at(places.parcel_station, 0, -900))
    ride(240, lambda n: at(places.parcel_station, 10 * n))
    assert not tickets("courier_off_route").exists()
    assert Watch.objects.get(detector="courier_off_route").step == Step.QUIET


def test_the_same_old_fix_is_one_look(ride, at, places):
    """Off once, then silent: that tells nothing more."""
    ride(15, lambda n: at(places.parcel_station, 0, -900))
    ride(600)
    assert not tickets("courier_off_route").exists()


def test_a_little_beside_the_way_is_on_it(ride, at, places):
    ride(300, lambda n: at(places.parcel_station, 0, -250))
    assert not tickets("courier_off_route").exists()


@pytest.mark.parametrize("within, found", [(None, True), (60, True), (140, False), (5000, False)])
def test_the_doubt_of_a_fix_counts_for_the_courier(ride, at, places, within, found):
    """Four hundred metres off a way that three hundred are allowed of."""
    ride(225, lambda n: at(places.parcel_station, 0, -400, within))
    assert tickets("courier_off_route").exists() == found


def test_in_great_doubt_one_is_excused_150_m_at_most(ride, at, places):
    ride(225, lambda n: at(places.parcel_station, 0, -900, 5000))
    assert tickets("courier_off_route").exists()


def test_back_on_the_way_needs_no_ticket(ride, at, places):
    ride(225, lambda n: at(places.parcel_station, 0, -900))
    ride(75, lambda n: at(places.parcel_station))
    assert tickets("courier_off_route").get().resolution == "auto:courier_off_route_over"


def test_nobody_is_off_a_way_that_nobody_knows(order, walk, simulated_clock, at, places, courier_zhao):
    """Taken without a position: where Zhao comes from to the pickup cannot be told."""
    walk(order, "assigned")
    Order.objects.update(stage_due_at=None, promise_due_at=None)
    assert Watch.objects.get(detector="courier_off_route").data == {}
    for _ in range(20):
        simulated_clock.advance(seconds=15)
        at(places.parcel_station, 0, -900)
        scan()
    assert not tickets("courier_off_route").exists()


def test_the_way_is_dense_and_ends_at_the_stops(riding, courier_zhao, places):
    courier_zhao.refresh_from_db()
    way = way_of(courier_zhao, riding)
    assert [round(v, 4) for v in places.dorm_north.position] in [
        [round(v, 4) for v in point] for point in way
    ]
    assert 2 < len(way) <= 400


def test_the_trail_is_what_tells(ride, at, places):
    ride(60, lambda n: at(places.print_shop))
    assert TrailPoint.objects.count() >= 4
