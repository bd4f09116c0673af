"""ARRIVED, pressed by mistake, is taken back within seconds."""

import pytest
from django.urls import reverse

from core.errors import NotAllowed, WrongState
from delivery import services
from delivery.models import UNDO_SHOWN, UNDO_WITHIN

pytestmark = pytest.mark.django_db
BUTTON = "Not there yet: take it back"


@pytest.fixture
def arrived(open_job, carry, courier_zhao, simulated_clock):
    """arrived("arrive_at_dropoff"): a leg whose courier has just pressed that."""

    def make(stage):
        return carry(open_job(), courier_zhao, stages={"arrive_at_pickup": 1, "arrive_at_dropoff": 3}[stage])

    return make


@pytest.mark.parametrize(
    "stage, before", [("arrive_at_pickup", "assigned"), ("arrive_at_dropoff", "picked_up")]
)
def test_arrived_is_taken_back_and_the_customer_sees_it(
    client_of, courier_zhao, student_lin, arrived, stage, before
):
    leg = arrived(stage)
    client = client_of(courier_zhao)
    url = reverse("delivery:take_back", args=[leg.no])
    assert BUTTON in client.get(reverse("delivery:job", args=[leg.no])).text
    for _twice in range(2):
        assert client.post(url).status_code == 302
        leg.refresh_from_db()
        assert leg.status == before
        assert leg.arrived_at is None
    text = client_of(leg.order.customer).get(f"/o/{leg.order.no}/").text
    assert "The courier is not there yet after all" in text
    assert leg.order.history.filter(action="take_back_arrival").count() == 1
    getattr(services, stage)(leg=leg, actor=courier_zhao.user)  # and then they do arrive


@pytest.mark.parametrize("stage", ["arrive_at_pickup", "arrive_at_dropoff"])
def test_after_a_few_seconds_it_stands(client_of, courier_zhao, arrived, simulated_clock, stage):
    leg = arrived(stage)
    simulated_clock.move_to(leg.arrived_at + UNDO_SHOWN * 1.2)
    assert BUTTON not in client_of(courier_zhao).get(reverse("delivery:job", args=[leg.no])).text
    simulated_clock.move_to(leg.arrived_at + UNDO_WITHIN * 1.1)
    with pytest.raises(WrongState):
        services.take_back_arrival(leg=leg, actor=courier_zhao.user)
    leg.refresh_from_db()
    assert leg.arrived_at is not None


def test_only_the_one_who_carries_it_may(arrived, courier_qian):
    leg = arrived("arrive_at_pickup")
    with pytest.raises(NotAllowed):
        services.take_back_arrival(leg=leg, actor=courier_qian.user)


def test_what_is_delivered_or_given_back_stays_so(arrived, courier_zhao):
    leg = arrived("arrive_at_dropoff")
    services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    with pytest.raises(WrongState):
        services.take_back_arrival(leg=leg, actor=courier_zhao.user)
