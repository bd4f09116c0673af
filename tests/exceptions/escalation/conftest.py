"""A ticket whose time runs out, and people who do not answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.outbox import drain
from core.versioning import publish_version
from exceptions import tasks
from exceptions.escalation.models import EscalationPolicy
from exceptions.library.models import ExceptionType
from exceptions.models import Escalation, Ticket
from exceptions.tickets import services
from notifications.models import Notice

STEPS = {"assignee_minutes": 0, "group_minutes": 5, "supervisor_minutes": 10, "page_minutes": 10}


@pytest.fixture
def policy(campus):
    """policy(**changes): assignee at once, group after 5 minutes, supervisor after 10, page after 10; once more after 30; taken
    for 20. For tickets of an inconvenience."""

    def make(severity=ExceptionType.Severity.INCONVENIENCE, **changes) -> EscalationPolicy:
        fields = STEPS | {"repeats": 1, "repeat_minutes": 30, "ack_minutes": 20} | changes
        known = EscalationPolicy.objects.live().filter(campus=campus, severity=severity).first()
        rule = known or EscalationPolicy(campus=campus, severity=severity)
        for name, value in fields.items():
            setattr(rule, name, value)
        return publish_version(rule)

    return make


@pytest.fixture
def ticket(order, student_lin, policy, operator_wang, supervisor_sun, simulated_clock) -> Ticket:
    """Lin's question at 10:00, to be answered by 10:05 and settled by 11:00. Wang is support, Sun supervises."""
    policy()
    return services.report(
        order=order, type="other", source="customer", actor=student_lin, description="Where is it?"
    )


@pytest.fixture
def hazard(order, walk, courier_zhao, operator_wang, supervisor_sun, simulated_clock) -> Callable[[], Ticket]:
    """hazard(): Zhao, on the way with Lin's order, reports an accident."""

    def report() -> Ticket:
        walk(order, "picked_up")
        ticket = services.report(
            order=order,
            type="courier_accident",
            source="courier",
            actor=courier_zhao.user,
            description="I fell",
        )
        drain()
        return ticket

    return report


@pytest.fixture
def live(simulated_clock):
    """live(minutes): so many minutes go by, in which beat does its work."""

    def through(minutes: float) -> None:
        end = simulated_clock() + timedelta(minutes=minutes)
        while True:
            tasks.escalate()
            drain()
            if simulated_clock() >= end:
                return
            simulated_clock.move_to(min(simulated_clock() + timedelta(seconds=30), end))

    return through


@pytest.fixture
def asked(ticket):
    """asked(): the steps of the ticket's escalation as (minutes after 10:00, whom, who was reached)."""

    def read(of: Ticket = ticket) -> list[tuple[float, str, list[str]]]:
        return [
            (
                (entry.at - of.opened_at).total_seconds() / 60,
                entry.data["to"],
                [one["name"] for one in entry.data["reached"]],
            )
            for entry in of.events.filter(kind="escalated").order_by("pk")
        ]

    return read


def escalation_of(ticket: Ticket) -> Escalation:
    return ticket.escalations.latest("pk")


def told(user) -> list[str]:
    """The kinds of the notices by which somebody was asked to take something."""
    found = Notice.objects.filter(user=user, kind__startswith="escalation")
    return list(found.order_by("pk").values_list("kind", flat=True))
