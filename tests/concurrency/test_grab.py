"""Two hundred couriers tap at once: one gets the job, and without the lock this test would notice.

PostgreSQL only: SQLite writes one transaction after the other whatever the code does.
"""

from threading import Barrier, BrokenBarrierError

import pytest

from core.errors import NotAllowed, TooLate
from couriers import services as couriers_services
from delivery.models import Leg
from delivery.services import legs
from dispatch import admission
from dispatch import services as dispatch
from dispatch.services import taking
from orders.models import History
from tests.concurrency.crowd import refusals, together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def taps(leg: Leg, couriers) -> list:
    return [lambda one=one: dispatch.grab(leg=leg, courier=one) for one in couriers]


def times(leg: Leg, action: str) -> int:
    return History.objects.filter(order=leg.order, action=action).count()


def test_exactly_one_of_two_hundred_wins_and_all_others_are_told(job, crowd):
    leg = job()
    results = together(*taps(leg, crowd(200)))
    (taken,) = won(results)
    assert refusals(results) == {TooLate}
    leg.refresh_from_db()
    assert (leg.status, leg.courier) == ("assigned", taken.courier)
    assert (times(leg, "assign"), times(leg, "accept")) == (1, 1)


def test_one_courier_tapping_twenty_times_has_one_job(job, courier_zhao):
    leg = job()
    results = together(*taps(leg, [courier_zhao] * 20))
    assert {taken.courier for taken in results} == {courier_zhao}
    assert times(leg, "assign") == 1


def test_a_courier_with_one_free_hand_gets_one_of_two_jobs(job, courier_zhao):
    couriers_services.update_profile(courier=courier_zhao, vehicle="foot", capacity=1)
    results = together(*taps(job(), [courier_zhao]), *taps(job(), [courier_zhao]))
    assert len(won(results)) == 1
    assert refusals(results) == {NotAllowed}
    assert Leg.objects.filter(courier=courier_zhao, status="assigned").count() == 1


def test_without_the_lock_there_would_be_two_winners(job, crowd, monkeypatch):
    """The negative control: it proves that the tests above can fail."""
    both_have_looked, leg = Barrier(2), job()

    def refusal(*args, **kwargs):
        try:
            both_have_looked.wait(5)
        except BrokenBarrierError:
            pytest.fail("the couriers still wait for each other: a lock is on")
        return admission.refusal(*args, **kwargs)

    for module in (legs, taking):
        monkeypatch.setattr(module, "for_update", lambda queryset: queryset)
    monkeypatch.setattr(taking, "refusal", refusal)
    assert len(won(together(*taps(leg, crowd(2))))) == 2
    assert times(leg, "assign") == 2
