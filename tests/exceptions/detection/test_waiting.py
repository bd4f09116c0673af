"""The scanner waits for what becomes due before its next time: an alert goes off when it is due."""

from datetime import timedelta

import pytest

from campus_errand.celery import SCAN_EVERY
from core import clock
from exceptions import tasks
from exceptions.detection.scanner import seconds_to_next
from exceptions.models import Ticket
from orders.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def due_in(order, simulated_clock, monkeypatch):
    """due_in(seconds): the promise passes so soon. Returns how long the task has slept."""
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        simulated_clock.advance(seconds=seconds)

    monkeypatch.setattr(tasks.time, "sleep", sleep)

    def run(seconds: float) -> list[float]:
        due = clock.now() + timedelta(seconds=seconds)
        Order.objects.update(stage_due_at=None, promise_due_at=due)
        tasks.scan()
        return slept

    return run


def test_nothing_is_ever_due(order):
    Order.objects.update(stage_due_at=None, promise_due_at=None)
    assert seconds_to_next() is None


def test_the_next_is_the_earliest(order):
    now = clock.now()
    Order.objects.update(stage_due_at=now + timedelta(seconds=9), promise_due_at=now + timedelta(seconds=4))
    assert seconds_to_next() == 4


def test_what_is_due_before_the_next_scan_is_waited_for(due_in):
    assert due_in(0.3) == [pytest.approx(0.3)]
    assert Ticket.objects.get().opened_at == clock.now()


def test_what_is_due_later_is_left_to_the_next_scan(due_in):
    assert due_in(0.6) == []
    assert not Ticket.objects.exists()


def test_both_say_how_often():
    assert tasks.SCAN_EVERY == SCAN_EVERY
