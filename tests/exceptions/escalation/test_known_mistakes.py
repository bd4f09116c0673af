"""Mistakes that others' escalations are known for, each as a test of its own."""

from datetime import timedelta

import pytest

from core.outbox import drain
from exceptions.escalation import projection
from exceptions.escalation import services as escalation
from exceptions.tickets import services
from exceptions.tickets.lifecycle import lock_ticket, save_transition
from notifications.models import Send
from tests.exceptions.escalation.conftest import escalation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def merge():
    """merge(ticket), merge(ticket, undo=True): as operators do."""

    def change(ticket, actor, undo=False) -> None:
        with lock_ticket(ticket.pk) as locked:
            if undo:
                locked.status = "open"  # what split does to the row is tested where it is
            else:
                locked.merge()
            save_transition(locked, "split" if undo else "merged", actor=actor, role="operator")

    return change


@pytest.fixture
def sms(settings):
    """Short messages go out, to the log."""
    settings.SMS_PROVIDER, settings.DEMO = "console", True


def test_escalates_though_answered(ticket, live, asked, operator_wang):
    services.note(ticket=ticket, actor=operator_wang, text="It is on its way", audience="customer")
    live(50)
    assert asked() == []


def test_escalates_though_resolved_or_a_false_alarm(ticket, live, asked, operator_wang):
    live(6)
    services.resolve(ticket=ticket, actor=operator_wang, resolution="Found")
    live(300)
    assert len(asked()) == 2
    assert escalation_of(ticket).ended_at


def test_an_internal_note_counts_as_an_answer(ticket, live, asked, operator_wang):
    live(6)
    services.note(ticket=ticket, actor=operator_wang, text="I have no idea")
    live(10)
    assert [to for _at, to, _who in asked()] == ["assignee", "group", "supervisor"]


def test_handing_it_on_counts_as_an_answer(ticket, live, asked, operator_wang, supervisor_sun):
    live(6)
    services.assign(ticket=ticket, actor=operator_wang, to=supervisor_sun)
    live(10)
    assert len(asked()) == 3


def test_a_merged_ticket_still_escalates(ticket, live, asked, operator_wang, merge):
    live(6)
    merge(ticket, operator_wang)
    live(300)
    assert len(asked()) == 2


def test_a_merge_that_is_undone_never_was(ticket, live, asked, operator_wang, merge):
    live(6)
    merge(ticket, operator_wang)
    live(120)
    merge(ticket, operator_wang, undo=True)
    live(0)
    assert [at for at, *_ in asked()][2:] == [126]
    assert escalation_of(ticket).ended_at is None


def test_a_reminder_at_midnight(campus, order, student_lin, live, policy, asked, ticket, simulated_clock):
    campus.service_hours = "08:00-22:00"
    campus.save()
    services.dismiss(ticket=ticket, actor=None, reason="cancelled")
    simulated_clock.move_to(simulated_clock().replace(hour=21, minute=50))
    late = services.report(order=order, type="other", source="customer", actor=student_lin, description="?")
    live(60 * 12)
    # 21:55 the group (there is no assignee), 22:00 would be five minutes before the supervisor: 08:05.
    assert [(late.opened_at + timedelta(minutes=at)).astimezone().strftime("%H:%M") for at, *_ in asked(late)][:3] == [
        "21:55", "21:55", "08:05",
    ]  # fmt: skip


def test_quiet_hours_wake_somebody(
    ticket, live, sms, operator_wang, supervisor_sun, simulated_clock, student_lin, order
):
    services.dismiss(ticket=ticket, actor=None, reason="cancelled")
    simulated_clock.move_to(simulated_clock().replace(hour=23))
    services.report(order=order, type="other", source="customer", actor=student_lin, description="?")
    live(60)
    waiting = Send.objects.filter(notice__kind__startswith="escalation")
    assert set(waiting.values_list("status", flat=True)) <= {"waiting"}


def test_escalation_never_resumes_after_quiet_hours(
    ticket, live, asked, student_lin, order, simulated_clock, operator_wang, supervisor_sun
):
    services.dismiss(ticket=ticket, actor=None, reason="cancelled")
    simulated_clock.move_to(simulated_clock().replace(hour=23))
    night = services.report(order=order, type="other", source="customer", actor=student_lin, description="?")
    live(60 * 9)
    # 23:05 the group, who sleep until 07:30: the supervisor is asked ten minutes after that.
    times = [(night.opened_at + timedelta(minutes=at)).astimezone() for at, *_ in asked(night)]
    assert [f"{time:%H:%M}" for time in times][:4] == ["23:05", "23:05", "07:40", "07:50"]


def test_a_page_about_somebodys_safety_waits_for_the_morning(
    hazard, live, sms, simulated_clock, supervisor_sun, asked
):
    simulated_clock.move_to(simulated_clock().replace(hour=23))
    ticket = hazard()
    live(0)
    page = Send.objects.get(notice__kind="escalation_page", channel="sms")
    assert (page.notice.user, page.status) == (supervisor_sun, "queued")
    assert [to for _at, to, _who in asked(ticket)][-1] == "page"


def test_what_waits_for_the_morning_comes_though_it_was_taken(
    ticket, live, sms, student_lin, order, simulated_clock, operator_wang, supervisor_sun
):
    from notifications.services import send_due

    services.dismiss(ticket=ticket, actor=None, reason="cancelled")
    simulated_clock.move_to(simulated_clock().replace(hour=23))
    night = services.report(order=order, type="other", source="customer", actor=student_lin, description="?")
    live(10)
    services.note(ticket=night, actor=operator_wang, text="We look", audience="customer")
    drain()
    simulated_clock.advance(hours=10)
    send_due()
    ends = Send.objects.filter(notice__kind__startswith="escalation").values_list("status", "error")
    assert set(ends) <= {("dropped", "read")}


def test_time_that_stood_still_under_an_incident_is_escalated(ticket, live, asked):
    live(6)
    with lock_ticket(ticket.pk) as locked:
        save_transition(locked, "incident_joined")
    live(200)
    assert len(asked()) == 2
    with lock_ticket(ticket.pk) as locked:
        save_transition(locked, "incident_left")
    live(0)
    assert [at for at, *_ in asked()][2:] == [206]


def test_an_acknowledgement_hides_it_for_good(ticket, live, asked, operator_wang):
    live(12)
    before = len(asked())
    escalation.acknowledge(ticket=ticket, actor=operator_wang)
    live(19)
    assert len(asked()) == before
    live(2)
    assert len(asked()) > before


def test_two_troubles_of_one_order_page_twice(
    order, walk, live, simulated_clock, operator_wang, supervisor_sun
):
    """A stalled stage of an order that is plainly late is shown as one trouble, and asked about as one."""
    from exceptions.detection.scanner import scan

    walk(order, "picked_up")
    simulated_clock.move_to(order.promised_at + timedelta(hours=1))
    scan()
    live(10)
    assert set(order.tickets.values_list("type", flat=True)) == {"overdue", "stalled_delivery"}
    stalled, late = order.tickets.get(type="stalled_delivery"), order.tickets.get(type="overdue")
    assert late.events.filter(kind="escalated").exists()
    assert not stalled.events.filter(kind="escalated").exists()
    services.dismiss(ticket=late, actor=operator_wang, reason="Wrong clock")
    live(2)
    assert stalled.events.filter(kind="escalated").exists()


def test_a_step_is_due_by_columns_that_are_wrong(ticket, live, asked, simulated_clock):
    live(6)
    found = escalation_of(ticket)
    type(found).objects.filter(pk=found.pk).update(next_at=simulated_clock())
    assert escalation.run_due() == 0
    assert len(asked()) == 2
    assert projection.latest(ticket).next_at == ticket.opened_at + timedelta(minutes=15)
