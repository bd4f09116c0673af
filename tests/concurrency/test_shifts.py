"""Twenty couriers want the last place of a shift: one gets it, and without the lock this test would notice.

PostgreSQL only: SQLite writes one transaction after the other whatever the code does.
"""

from datetime import timedelta
from threading import Barrier

import pytest
from django.utils import timezone

from core.errors import TooLate
from core.hours import WeeklyHours
from couriers import services
from couriers.models import Shift, ShiftAssignment
from couriers.services import shifts
from tests.concurrency.crowd import refusals, together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shift(campus, supervisor_sun) -> Shift:
    tomorrow = timezone.localdate() + timedelta(days=1)
    services.publish_shifts(
        zone=campus.zones.get(code="north"), first_day=tomorrow, last_day=tomorrow, hours=WeeklyHours.parse("11:00-11:30"),
        places=1, actor=supervisor_sun,
    )  # fmt: skip
    return Shift.objects.get()


def takes(shift, couriers) -> list:
    return [lambda one=one: services.take_shift(shift=shift, courier=one) for one in couriers]


def test_the_last_place_has_one_winner(shift, crowd):
    results = together(*takes(shift, crowd(20)))
    assert len(won(results)) == 1
    assert refusals(results) == {TooLate}
    assert ShiftAssignment.objects.get() == won(results)[0]


def test_without_the_lock_there_would_be_two(shift, crowd, monkeypatch):
    """The negative control: it proves that the test above can fail."""
    both_have_looked = Barrier(2)
    create = ShiftAssignment.objects.create

    def create_together(**fields):
        both_have_looked.wait(5)
        return create(**fields)

    monkeypatch.setattr(shifts, "for_update", lambda queryset: queryset)
    monkeypatch.setattr(ShiftAssignment.objects, "create", create_together)
    assert len(won(together(*takes(shift, crowd(2))))) == 2
