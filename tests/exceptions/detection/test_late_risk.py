"""An order will probably be late while somebody can still be found for it."""

from datetime import timedelta

import pytest

from core import clock
from delivery.models import Leg
from exceptions.detection.scanner import scan
from exceptions.models import DetectorThreshold, Ticket
from orders.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(order, walk):
    """Zhao is on the way to Lin's parcel."""
    walk(order, "assigned")
    Order.objects.update(stage_due_at=None, promise_due_at=None)
    return order


@pytest.fixture
def predicted(accepted, simulated_clock):
    """predicted(minutes): expected so much later than promised, for two looks of the scanner."""

    def say(minutes: float, looks: int = 2):
        Leg.objects.update(eta_at=accepted.promised_at + timedelta(minutes=minutes))
        for _ in range(looks):
            simulated_clock.advance(seconds=61)
            scan()
        return Ticket.objects.filter(type="late_risk")

    return say


@pytest.mark.raises_type("late_risk")
def test_a_prediction_well_behind_the_promise(predicted, accepted):
    ticket = predicted(5).get()
    assert (ticket.order, ticket.source) == (accepted, "scanner")
    assert predicted(9).count() == 1


@pytest.mark.parametrize("minutes", [-10, 0, 3])  # 0.524 of six minutes are 3:08
def test_what_is_only_likely_is_left_alone(predicted, minutes):
    assert not predicted(minutes).exists()


def test_one_look_is_not_enough(predicted):
    assert not predicted(9, looks=1).exists()
    assert not predicted(-5).exists()


def test_with_the_goods_in_hand_there_is_nothing_to_be_reassigned(predicted, accepted, walk):
    walk(accepted, "picked_up")
    Order.objects.update(stage_due_at=None, promise_due_at=None)
    assert not predicted(9).exists()


def test_a_campus_whose_predictions_are_good_hears_earlier(predicted, campus):
    DetectorThreshold.objects.create(campus=campus, detector="late_risk", name="spread_minutes", value=2)
    assert predicted(2).exists()


def test_past_the_promise_it_is_no_risk_any_more(predicted, accepted, simulated_clock):
    simulated_clock.move_to(accepted.promised_at + timedelta(minutes=1))
    assert not predicted(20).exists()
    assert clock.now() > accepted.promised_at
