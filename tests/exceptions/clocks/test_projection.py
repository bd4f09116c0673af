"""Policies frozen onto tickets, and due times that repeat what the log says."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import clock
from core.outbox import drain
from core.versioning import publish_version
from exceptions.actions import run_action
from exceptions.clocks import ClockName, Policy
from exceptions.clocks.projection import clocks_of, live_policy
from exceptions.detection.scanner import scan
from exceptions.models import ServicePolicy, Ticket
from exceptions.tickets import services

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def make_policy(campus, library):
    def make(**fields) -> ServicePolicy:
        return publish_version(ServicePolicy(campus=campus, **fields))

    return make


@pytest.fixture
def damaged(order, walk, student_lin, photo):
    """damaged(): Lin reports damaged goods of a delivered order."""
    walk(order, "delivered")

    def report() -> Ticket:
        return services.report(
            order=order, type="goods_damaged", source="customer", actor=student_lin, photos=[photo()]
        )

    return report


def assert_as_the_log_says(ticket: Ticket) -> None:
    ticket.refresh_from_db()
    present = clocks_of(ticket).present
    assert ticket.respond_by == present[ClockName.RESPONSE].due
    assert ticket.resolve_by == present[ClockName.RESOLUTION].due


def test_clocks_of_a_ticket_run_in_service_hours(campus, damaged, simulated_clock):
    campus.service_hours = "08:00-10:03, 14:00-22:00"
    campus.save()
    ticket = damaged()
    minutes = ticket.type.respond_minutes
    assert minutes > 3
    assert ticket.respond_by == simulated_clock().replace(hour=14) + timedelta(minutes=minutes - 3)
    assert Policy.of(ticket.clock_policy).told == "opening"  # the customer is who said so


def test_a_matter_of_safety_does_not_wait_for_the_morning(
    campus, order, library, student_lin, simulated_clock
):
    campus.service_hours = "14:00-22:00"
    campus.save()
    ticket = services.report(
        order=order, type="safety", source="customer", actor=student_lin, description="!"
    )
    assert ticket.severity == 1
    assert ticket.respond_by == clock.now() + timedelta(minutes=ticket.type.respond_minutes)


def test_the_scanners_ticket_gets_its_policy_by_its_event(campus, order, library, simulated_clock):
    campus.service_hours = "14:00-22:00"
    campus.save()
    simulated_clock.move_to(order.promise_due_at)
    scan()
    ticket = Ticket.objects.get(type="overdue")
    drain()
    ticket.refresh_from_db()
    assert ticket.clock_policy
    opens = simulated_clock().astimezone(SHANGHAI).replace(hour=14, minute=0, second=0, microsecond=0)
    assert ticket.respond_by == opens + timedelta(minutes=ticket.type.respond_minutes)
    assert_as_the_log_says(ticket)


def test_the_narrowest_policy_counts_and_open_tickets_keep_theirs(make_policy, damaged, campus, other_campus):
    make_policy(respond_minutes=11)
    make_policy(severity=2, respond_minutes=12)
    first = make_policy(type_id="goods_damaged", respond_minutes=13, resolve_minutes=60)
    assert live_policy(campus.pk, "overdue", 3).respond_minutes == 11
    assert live_policy(campus.pk, "goods_missing", 2).respond_minutes == 12
    assert live_policy(other_campus.pk, "goods_damaged", 2) is None
    ticket = damaged()
    assert ticket.respond_by == clock.now() + timedelta(minutes=13)
    first.respond_minutes = 1
    second = publish_version(first)
    assert (second.version, live_policy(campus.pk, "goods_damaged", 2)) == (2, second)
    ticket.refresh_from_db()
    assert ticket.respond_by == clock.now() + timedelta(minutes=13)
    assert Policy.of(ticket.clock_policy).rule != second.pk


def test_due_times_are_the_logs_after_every_step(damaged, operator_wang, student_lin, simulated_clock):
    ticket = damaged()
    assert_as_the_log_says(ticket)

    def ask(key):
        run_action(
            ticket=ticket, action="ask_party", key=key, actor=operator_wang,
            params={"party": "customer", "text": "?", "minutes": 10},
        )  # fmt: skip

    steps = [
        lambda: services.note(ticket=ticket, actor=operator_wang, text="Look"),
        lambda: services.claim(ticket=ticket, actor=operator_wang),
        lambda: ask("one"),
        lambda: services.answer(ticket=ticket, actor=student_lin, text="Yes"),
        lambda: ask("two"),
        lambda: simulated_clock.advance(minutes=30),
        services.expire_questions,
        lambda: services.resolve(ticket=ticket, actor=operator_wang, resolution="Paid"),
        lambda: services.reopen(ticket=ticket, actor=student_lin, reason="Not all"),
        services.renew_promises,
        lambda: services.dismiss(ticket=ticket, actor=operator_wang, reason="Nothing"),
    ]
    for step in steps:
        simulated_clock.advance(minutes=1)
        step()
        assert_as_the_log_says(ticket)


def test_an_internal_note_leaves_the_first_answer_due(damaged, operator_wang, simulated_clock):
    ticket = damaged()
    simulated_clock.advance(minutes=1)
    services.note(ticket=ticket, actor=operator_wang, text="Look at the photo")
    ticket.refresh_from_db()
    assert ticket.responded_at is None
    present = clocks_of(ticket).present
    assert present[ClockName.WORKED].stopped == clock.now()
    assert present[ClockName.RESPONSE].stopped is None


# -- The policy's page --------------------------------------------------------------------------------------------


def test_supervisors_make_versions_in_the_admin(client_of, supervisor_sun, operator_wang, campus, library):
    add = reverse("admin:exceptions_servicepolicy_add")
    fields = {
        "campus": campus.pk, "type": "", "severity": "2", "told_minutes": 3, "worked_minutes": 4, "respond_minutes": 5,
        "resolve_minutes": 40, "pause_minutes": 60, "hours": "周一至周五 18:00–02:00", "reason": "nights",
    }  # fmt: skip
    boss = client_of(supervisor_sun)
    assert client_of(operator_wang).post(add, fields).status_code == 403
    assert "not both" in boss.post(add, fields | {"type": "overdue"}).text
    assert "before the first answer is due" in boss.post(add, fields | {"resolve_minutes": 2}).text
    assert "There is no time 99:00." in boss.post(add, fields | {"hours": "18:00-99:00"}).text
    assert not ServicePolicy.objects.exists()
    assert boss.post(add, fields).status_code == 302
    made = ServicePolicy.objects.get()
    assert (str(made.hours), made.status, made.published_by) == ("12345 18:00-02:00", "live", supervisor_sun)
    page = boss.get(reverse("admin:exceptions_servicepolicy_changelist")).text
    assert "3 / 4 / 5 / 40" in page
    assert "Mon–Fri 18:00–02:00" in page


def test_the_database_keeps_one_live_policy_of_everything(make_policy):
    make_policy()
    with pytest.raises(IntegrityError), transaction.atomic():
        ServicePolicy.objects.create(
            campus=ServicePolicy.objects.get().campus, status="live", live_at=clock.now(), version=9
        )


def test_midnight_is_no_time_for_a_clock_to_run_out(campus, damaged, simulated_clock):
    campus.service_hours = "08:00-22:00"
    campus.save()
    simulated_clock.move_to(datetime(2026, 11, 24, 21, 59, tzinfo=SHANGHAI))
    ticket = damaged()
    assert ticket.respond_by == datetime(2026, 11, 25, 8, tzinfo=SHANGHAI) + timedelta(
        minutes=ticket.type.respond_minutes - 1
    )
