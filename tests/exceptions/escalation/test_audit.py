"""The auditor of escalations: what was lost is found by the log, made up for, and told of."""

from datetime import timedelta

import pytest

from exceptions import tasks
from exceptions.escalation import audit
from exceptions.escalation import services as escalation
from exceptions.models import AuditFinding, Escalation, Ticket
from exceptions.tickets import services
from notifications.models import Notice
from tests.exceptions.escalation.conftest import escalation_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarms(supervisor_sun):
    """alarms(): what the auditor has told Sun."""

    def read() -> list[str]:
        found = Notice.objects.filter(user=supervisor_sun, kind="platform")
        return list(found.order_by("pk").values_list("body", flat=True))

    return read


def test_where_all_is_well_it_does_nothing(ticket, live, alarms, operator_wang, simulated_clock):
    for _ in range(40):
        live(1)
        assert audit.run() == 0
    escalation.acknowledge(ticket=ticket, actor=operator_wang)
    live(10)
    assert audit.run() == 0
    assert alarms() == []


def test_a_clock_that_nobody_has_recorded(ticket, simulated_clock, alarms, asked):
    simulated_clock.move_to(ticket.respond_by)
    Ticket.objects.filter(pk=ticket.pk).update(clock_due_at=None)
    tasks.escalate()
    assert audit.run() == 0  # five seconds are not lost yet
    simulated_clock.advance(seconds=20)
    assert audit.run() == 1
    assert [to for _at, to, _who in asked()] == ["assignee", "group"]
    assert alarms() == [f"1 of them. {ticket.no}"]
    finding = AuditFinding.objects.get()
    assert (finding.check_name, finding.mended_at) == ("escalation", simulated_clock())


def test_an_escalation_that_never_started(ticket, live, simulated_clock, alarms, asked):
    live(5)
    Escalation.objects.all().delete()
    ticket.events.filter(kind="escalated").delete()
    simulated_clock.advance(minutes=1)
    assert audit.run() == 1
    assert [to for _at, to, _who in asked()] == ["assignee", "group"]
    assert len(alarms()) == 1


def test_a_matter_of_safety_that_was_never_escalated(hazard, live, simulated_clock, asked):
    ticket = hazard()
    Escalation.objects.all().delete()
    live(0.5)
    assert asked(ticket) == []
    assert audit.run() == 1
    assert len(asked(ticket)) == 4
    assert escalation_of(ticket).cause == "opened"


@pytest.mark.parametrize(
    "columns", [{"next_at": None}, {"next_at": "later"}, {"next_at": None, "ended_at": "now"}]
)
def test_a_step_that_was_forgotten(ticket, live, simulated_clock, alarms, asked, columns):
    live(6)
    moments = {"later": simulated_clock() + timedelta(days=1), "now": simulated_clock(), None: None}
    ticket.escalations.update(**{name: moments[value] for name, value in columns.items()})
    live(10)
    assert len(asked()) == 2
    assert audit.run() == 1
    assert asked()[2:] == [(16, "supervisor", ["孙主管"])]
    assert ticket.events.filter(kind="escalated").last().data["was_lost"]
    assert len(alarms()) == 1
    live(9)
    assert audit.run() == 0
    assert len(asked()) == 3
    live(1)
    assert len(asked()) == 4  # the columns are right again


def test_a_notice_that_is_gone(ticket, live, alarms, operator_wang):
    live(6)
    Notice.objects.filter(user=operator_wang, kind="escalation").delete()
    assert audit.run() == 1
    assert told(operator_wang) == ["escalation"]
    assert ticket.events.filter(kind="escalated").count() == 2
    assert audit.run() == 0


def test_what_has_ended_is_nobodys_loss(ticket, live, operator_wang, alarms):
    live(6)
    services.note(ticket=ticket, actor=operator_wang, text="It comes", audience="customer")
    ticket.escalations.update(next_at=None, ended_at=None)
    live(20)
    assert audit.run() == 0


def test_two_auditors_look_at_different_times(ticket, live, simulated_clock, monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def busy(name):
        yield False

    monkeypatch.setattr(audit, "try_advisory_lock", busy)
    assert tasks.audit_escalations() is None
