"""An errand without anything to fetch: nobody is sent to a pickup, and nobody reads of one."""

import pytest

from core.errors import WrongState
from delivery import services, stages
from delivery.models import Custody, Leg, LegStatus
from orders import lifecycle
from orders import services as orders
from orders.models import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def leg(open_job, carry, courier_zhao) -> Leg:
    """Lin wants her cat fed in her room; Zhao has taken it."""
    return carry(
        open_job(kind="custom", pickup=None, pickup_codes="", what="Feed the cat", fee_offer_fen=800),
        courier_zhao,
    )


def test_the_courier_has_one_step_to_the_door(leg, client_of, courier_zhao):
    assert stages.next_step(leg).name == "arrive_at_dropoff"
    assert [step["label"] for step in stages.progress(leg)] == ["Accepted", "At the door", "Delivered"]
    client = client_of(courier_zhao)
    page = client.get(f"/c/job/{leg.no}/").text
    assert "/arrive_at_dropoff/" in page
    assert "/arrive_at_pickup/" not in page
    assert "Go and fetch it" not in page


def test_from_there_it_is_handed_over(leg, courier_zhao):
    leg = services.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    leg.order.refresh_from_db()
    assert (leg.status, leg.order.status) == (LegStatus.AT_DROPOFF, Status.PICKED_UP)
    assert not Custody.objects.filter(act="picked_up").exists()
    leg = services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    leg.order.refresh_from_db()
    assert leg.order.status == Status.DELIVERED


def test_twice_and_taken_back(leg, courier_zhao):
    for _ in range(2):
        leg = services.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    leg = services.take_back_arrival(leg=leg, actor=courier_zhao.user)
    assert stages.next_step(leg).name == "arrive_at_dropoff"
    assert stages.progress(leg)[0]["state"] == "now"
    assert services.arrive_at_dropoff(leg=leg, actor=courier_zhao.user).status == LegStatus.AT_DROPOFF


def test_a_parcel_still_has_to_be_fetched(open_job, carry, courier_zhao):
    with pytest.raises(WrongState):
        services.arrive_at_dropoff(leg=carry(open_job(), courier_zhao), actor=courier_zhao.user)


def test_the_customer_reads_of_no_pickup(leg, client_of, student_lin, courier_zhao):
    client = client_of(student_lin)
    seen = client.get(f"/o/{leg.order.no}/").text
    assert "The courier is seeing to it" in seen
    services.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    at_door = client.get(f"/o/{leg.order.no}/").text
    assert "The courier is at your door" in at_door
    for page in (seen, at_door):
        assert "In hand" in page
        assert "icked up" not in page
        assert "at the pickup" not in page
    titles = list(student_lin.notices.values_list("title", flat=True))
    assert not [title for title in titles if "pickup" in title or title == "On the way to you"]


def test_the_alarm_waits_for_all_of_it(leg, open_job, carry, courier_qian):
    parcel = carry(open_job(), courier_qian)
    now = leg.assigned_at
    leg.order.refresh_from_db()
    parcel.order.refresh_from_db()
    alone, fetched = lifecycle.stage_due(leg.order, now), lifecycle.stage_due(parcel.order, now)
    assert alone > fetched


def test_a_queue_keeps_its_turn(open_job, carry, courier_zhao):
    leg = carry(open_job(kind="queue", pickup=None, pickup_codes="", what="A seat", minutes=30), courier_zhao)
    assert stages.next_step(leg).name == "arrive_at_pickup"
    with pytest.raises(WrongState):
        services.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)


def test_given_back_it_can_be_taken_again(leg, courier_zhao):
    services.give_back(leg=leg, actor=courier_zhao.user, reason="no_time")
    leg.order.refresh_from_db()
    assert leg.order.status == Status.PLACED
    assert orders.quote_cancellation(leg.order).fee_fen == 0
