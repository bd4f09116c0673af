"""Two runners at the same moment run a step once. PostgreSQL only, as in test_grab."""

from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from accounts.models import StaffRole
from core.fsm import transitions
from exceptions.escalation import audit
from exceptions.escalation import services as escalation
from exceptions.library.loading import load_library
from exceptions.models import Ticket, TicketEvent
from exceptions.tickets import services
from notifications.models import Notice
from orders import services as orders
from orders.requests import ErrandRequest
from tests import factories
from tests.concurrency.crowd import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
RUNNERS = 6


@pytest.fixture
def late(campus, places, student_lin, wallet_money, simulated_clock) -> Ticket:
    """A ticket whose first answer is late; nobody has been asked yet."""
    load_library()
    for role in (StaffRole.Role.SUPPORT, StaffRole.Role.SUPERVISOR):
        person = factories.UserFactory(is_staff=True)
        factories.StaffRoleFactory(user=person, campus=campus, role=role)
    wallet_money(student_lin, 10_000)
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus, kind="parcel", pickup=places.parcel_station, dropoff=places.dorm_north
        ),
        gateway="wallet",
    )
    ticket = services.report(
        order=order, type="other", source="customer", actor=student_lin, description="Where is it?"
    )
    simulated_clock.move_to(ticket.respond_by)
    return ticket


def steps(ticket: Ticket) -> list[int]:
    entries = TicketEvent.objects.filter(ticket=ticket, kind="escalated").order_by("pk")
    return [entry.data["step"] for entry in entries]


def test_two_runners_record_start_and_run_once(late):
    together(*[services.record_missed_clocks] * RUNNERS)
    assert late.events.filter(kind="clock_missed").count() == late.escalations.count() == 1
    together(*[escalation.run_due] * RUNNERS)
    assert steps(late) == [0, 1]
    assert Notice.objects.filter(kind="escalation").count() == 1


def test_a_runner_and_the_auditor_run_it_once(late, simulated_clock):
    services.record_missed_clocks()
    simulated_clock.advance(minutes=1)
    together(escalation.run_due, audit.run, escalation.run_due, audit.run)
    assert steps(late) == [0, 1]


def test_without_the_lock_the_database_has_the_last_word(late, monkeypatch):
    services.record_missed_clocks()
    found = late.escalations.get()

    @contextmanager
    def unlocked(pk):
        with transitions():
            yield Ticket.objects.select_related("order__customer", "order__campus", "type", "campus").get(
                pk=pk
            )

    gate = Barrier(2)
    real = escalation.save_transition

    def write_late(*args, **kwargs):
        gate.wait(20)  # both have looked before the first one writes
        return real(*args, **kwargs)

    monkeypatch.setattr(escalation, "lock_ticket", unlocked)
    monkeypatch.setattr(escalation, "save_transition", write_late)

    def run():
        try:
            with transaction.atomic():
                return escalation.run_next(found.pk, late.pk)
        except IntegrityError as refused:
            return refused

    results = together(run, run)
    assert sorted(isinstance(one, IntegrityError) for one in results) == [False, True]
    assert steps(late) == [0]
