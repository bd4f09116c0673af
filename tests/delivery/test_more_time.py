"""A later promise moves what each courier and keeper goes by: their own end of the way, and no one else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import WrongState
from delivery import selectors, services
from delivery.models import RelayStation
from dispatch import services as dispatch
from notifications.models import Notice
from orders import services as orders
from orders.models import Order
from payments.services import settle_payment

pytestmark = pytest.mark.django_db


def said(courier, kind) -> str:
    return Notice.objects.filter(user=courier.user, kind=kind).latest("pk").body


def clock_of(moment) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


@pytest.fixture
def late_tip(open_job, student_lin):
    """Begun on the way, at a cashier who takes his time: `settle_payment` with its number pays it."""
    leg = open_job()
    return orders.add_tip(order=leg.order, actor=student_lin, amount=300, gateway="sandbox", key="a")


@pytest.fixture
def going_back(late_tip, carry, courier_zhao, supervisor_sun):
    """Lin does not take it at the door: Zhao brings it back. His leg."""
    leg = carry(Order.objects.get(no=late_tip.ref).legs.get(), courier_zhao, stages=3)
    services.send_back(order=leg.order, actor=supervisor_sun)
    leg.refresh_from_db()
    return leg


@pytest.fixture
def to_shelf(open_job, places, carry, courier_zhao, station):
    """Zhao has fetched something for the women's dorm, and is on the way to the relay station: his leg."""
    return carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=2)


# -- Goods that go back ------------------------------------------------------------------------------------


def test_what_goes_back_is_due_by_its_own_stage(going_back, courier_zhao, supervisor_sun):
    before = going_back.due_at
    order = orders.extend_promise(order=going_back.order, minutes=10, actor=supervisor_sun)
    going_back.refresh_from_db()
    assert going_back.due_at == order.stage_due_at == before + timedelta(minutes=10)
    assert clock_of(going_back.due_at) != clock_of(order.promised_at)
    assert clock_of(going_back.due_at) in said(courier_zhao, "promise_extended")


def test_a_late_tip_leaves_the_way_back_as_it_is(going_back, late_tip):
    before, door = going_back.due_at, going_back.dropoff
    settle_payment(payment_no=late_tip.no, amount=300, gateway_no="G1")
    going_back.refresh_from_db()
    assert (going_back.due_at, going_back.dropoff) == (before, door)


def test_an_alarm_that_has_rung_takes_no_time_from_the_way_back(going_back, late_tip):
    before = going_back.due_at
    Order.objects.update(stage_due_at=None)
    settle_payment(payment_no=late_tip.no, amount=300, gateway_no="G1")
    going_back.refresh_from_db()
    assert going_back.due_at == before


def test_no_tip_is_begun_for_what_goes_back(going_back, student_lin):
    with pytest.raises(WrongState):
        orders.add_tip(order=going_back.order, actor=student_lin, amount=300, gateway="wallet", key="b")


def test_what_goes_back_is_not_late_at_the_door_any_more(going_back, supervisor_sun):
    assert going_back.order.promise_due_at is None
    order = orders.extend_promise(order=going_back.order, minutes=10, actor=supervisor_sun)
    assert order.promise_due_at is None


# -- A way that ends on a shelf ----------------------------------------------------------------------------


def test_a_courier_to_the_shelf_hears_the_time_at_the_shelf(
    to_shelf, courier_zhao, student_lin, supervisor_sun
):
    order = to_shelf.order
    orders.urge(order=order, actor=student_lin)
    assert clock_of(to_shelf.due_at) in said(courier_zhao, "urged")
    order = orders.extend_promise(order=order, minutes=30, actor=supervisor_sun)
    before, to_shelf.due_at = to_shelf.due_at, None
    to_shelf.refresh_from_db()
    assert to_shelf.due_at == before + timedelta(minutes=30)
    body = said(courier_zhao, "promise_extended")
    assert f"30 minutes more: now by {clock_of(to_shelf.due_at)}" in body
    assert clock_of(order.promised_at) not in body


def test_who_is_given_a_way_to_the_shelf_reads_the_time_at_the_shelf(
    open_job, places, station, courier_zhao, supervisor_sun
):
    leg = open_job(dropoff=places.dorm_women)
    dispatch.assign_leg(leg=leg, courier=courier_zhao, actor=supervisor_sun)
    body = said(courier_zhao, "job_given")
    assert f"by {clock_of(leg.due_at)}" in body
    assert clock_of(leg.order.promised_at) not in body


def test_at_the_door_it_is_what_the_customer_was_promised(open_job, carry, courier_zhao, supervisor_sun):
    leg = carry(open_job(), courier_zhao)
    order = orders.extend_promise(order=leg.order, minutes=10, actor=supervisor_sun)
    assert clock_of(order.promised_at) in said(courier_zhao, "promise_extended")


# -- Goods on the shelf ------------------------------------------------------------------------------------


@pytest.fixture
def lying(to_shelf, station, courier_zhao):
    """lying(): it lies on the shelf; what the keeper reads of it."""
    services.arrive_at_dropoff(leg=to_shelf, actor=courier_zhao.user)
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_zhao)

    def look():
        (one,) = selectors.shelf(RelayStation.objects.get(pk=station.pk)).lying
        return one

    return look


def test_the_keeper_may_keep_it_longer_too(lying, to_shelf, supervisor_sun, simulated_clock):
    simulated_clock.advance(minutes=16)  # the policy gives 15
    assert lying().overdue
    order = orders.extend_promise(order=to_shelf.order, minutes=20, actor=supervisor_sun)
    one = lying()
    assert (one.overdue, one.item.due_at) == (False, order.stage_due_at)


def test_an_alarm_that_has_rung_leaves_it_overdue(
    lying, to_shelf, student_lin, wallet_money, simulated_clock
):
    simulated_clock.advance(minutes=16)
    Order.objects.update(stage_due_at=None)
    wallet_money(student_lin, 1000)
    orders.add_tip(order=to_shelf.order, actor=student_lin, amount=300, gateway="wallet", key="a")
    assert lying().overdue
