"""Sending another courier for goods in hand: who may be sent, and what waits meanwhile."""

import pytest

from core.errors import NotAllowed, WrongState
from couriers import services as couriers
from delivery import selectors, services
from delivery.models import LegStatus, Rescue
from dispatch import services as dispatch
from notifications.models import Notice
from orders.models import Status
from tests.delivery.rescue.conftest import WAITS

pytestmark = pytest.mark.django_db


def test_the_first_waits_and_the_second_begins_where_the_goods_are(first, send, places, courier_qian):
    leg = send(first)
    first.refresh_from_db()
    assert (first.status, leg.status, leg.courier) == (WAITS, LegStatus.ASSIGNED, courier_qian)
    assert (leg.pickup, leg.dropoff, leg.rescues) == (places.print_shop, first.dropoff, first)
    assert leg.order.status == Status.PICKED_UP


def test_one_leg_of_an_order_is_under_way(first, send, courier_zhao, courier_qian):
    send(first)
    assert list(selectors.jobs_of(courier_zhao)) == []
    assert [leg.rescues for leg in selectors.jobs_of(courier_qian)] == [first]
    assert selectors.leg_of(first.order).courier == courier_qian


def test_the_customer_is_told_before_anybody_else(first, send, student_lin, courier_zhao, courier_qian):
    before = Notice.objects.order_by("-pk").first().pk
    send(first)
    told = list(Notice.objects.filter(pk__gt=before).order_by("pk"))
    assert told[0].user == student_lin
    assert "his phone is dead" in told[0].body
    assert {notice.user for notice in told[1:]} == {courier_zhao.user, courier_qian.user}


def test_what_fails_tells_nobody(first, send, monkeypatch, student_lin):
    """Decision and notice are one: neither is there without the other."""
    count = Notice.objects.filter(user=student_lin).count()
    monkeypatch.setattr(services.rescues.lifecycle, "bump_version", lambda order: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(first)
    assert Notice.objects.filter(user=student_lin).count() == count
    assert not Rescue.objects.exists()


def test_a_point_between_places_begins_at_the_nearest(first, send, places):
    lat, lon = places.canteen.position
    leg = send(first, where=(lat + 0.0002, lon), note="behind the bicycles")
    assert leg.pickup == places.canteen
    assert leg.rescue.position == (lat + 0.0002, lon)


def test_who_may_not_carry_it_is_not_sent(first, send, courier_qian, simulated_clock):
    couriers.set_duty(courier=courier_qian, on=False)
    with pytest.raises(NotAllowed, match="off duty"):
        send(first)
    first.refresh_from_db()
    assert first.status == LegStatus.PICKED_UP


@pytest.mark.parametrize("stages", [0, 1])
def test_what_is_not_in_hand_cannot_be_rescued(open_job, carry, courier_zhao, send, stages):
    with pytest.raises(WrongState):
        send(carry(open_job(), courier_zhao, stages=stages))


def test_what_is_delivered_cannot_be_rescued(first, send, courier_zhao):
    leg = services.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    with pytest.raises(WrongState):
        send(first)


def test_at_the_door_it_can_still_be_fetched(first, send, courier_zhao):
    services.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    assert send(first).status == LegStatus.ASSIGNED


def test_two_are_not_sent_at_once(first, send, courier_zhao):
    send(first)
    with pytest.raises(WrongState, match="Another courier is on the way"):
        send(first)


def test_nobody_fetches_it_from_themselves(first, send, courier_zhao):
    with pytest.raises(WrongState):
        send(first, courier=courier_zhao)


def test_meanwhile_the_first_neither_delivers_nor_gives_it_back(first, send, courier_zhao, operator_wang):
    send(first)
    with pytest.raises(WrongState):
        services.arrive_at_dropoff(leg=first, actor=courier_zhao.user)
    with pytest.raises(WrongState, match="call that off first"):
        services.send_back(order=first.order, actor=operator_wang)
    with pytest.raises(WrongState, match="call that off first"):
        services.write_off(order=first.order, actor=operator_wang)


def test_the_second_leg_is_not_a_dispatchers_to_move(first, send, operator_wang, courier_zhao):
    leg = send(first)
    with pytest.raises(WrongState):
        dispatch.unassign_leg(leg=leg, actor=operator_wang)
    with pytest.raises(WrongState):
        dispatch.reassign(order=leg.order, actor=operator_wang)
    leg.refresh_from_db()
    assert leg.status == LegStatus.ASSIGNED
