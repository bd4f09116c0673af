"""The clocks in the database: a policy frozen onto each ticket, and columns that repeat what its log says.

`respond_by`, `resolve_by` and `responded_at` are nothing but this projection: they are worked out anew from the log whenever
it grows, never changed by hand. The queue sorts and the sweeps search by them.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from campus.calendar import calendar_of
from core import clock
from core.hours import WeeklyHours
from exceptions.clocks.models import ServicePolicy
from exceptions.clocks.policy import DAYS_AHEAD, Policy
from exceptions.clocks.state import ASKED, ClockName, ClockState, LogEntry, state
from exceptions.library.models import ExceptionType
from exceptions.tickets.models import Ticket, TicketEvent

ALWAYS = WeeklyHours.parse("00:00-24:00")
# A clock that stands still with no end in sight is due so far ahead in the columns, which cannot be empty.
FAR = timedelta(days=365)
# The entry of the log that says which clocks ran out: {"clocks": [[cycle, name], …]}.
CLOCK_MISSED = "clock_missed"


def live_policy(campus_id: int, type_code: str, severity: int) -> ServicePolicy | None:
    """The narrowest policy in force; None where nobody has made one."""
    live = list(ServicePolicy.objects.live().filter(campus=campus_id))
    fits = [
        policy
        for policy in live
        if policy.type_id == type_code or (policy.type_id is None and policy.severity in (severity, None))
    ]
    return max(
        fits, key=lambda policy: (policy.type_id is not None, policy.severity is not None), default=None
    )


def freeze(ticket: Ticket, answer_by: datetime | None = None, settle_by: datetime | None = None) -> Policy:
    """What this ticket's clocks will go by from its opening on. A matter of safety never waits for the morning."""
    of_type, rule = ticket.type, live_policy(ticket.campus_id, ticket.type_id, ticket.severity)
    hours = rule.hours if rule else None
    if hours is None:
        is_safety = ticket.severity == ExceptionType.Severity.SAFETY
        hours = ALWAYS if is_safety else ticket.campus.service_hours
    if rule:
        minutes = (rule.told_minutes, rule.worked_minutes, rule.respond_minutes, rule.resolve_minutes)
    else:
        minutes = (
            of_type.respond_minutes,
            of_type.respond_minutes,
            of_type.respond_minutes,
            of_type.resolve_minutes,
        )
    return Policy(
        *minutes,
        hours=hours,
        pause_minutes=rule.pause_minutes if rule else 120,
        told=_told(ticket),
        days={} if hours.is_always else _days(ticket),
        rule=rule.pk if rule else None,
        answer_by=answer_by,
        settle_by=settle_by,
    )


def _told(ticket: Ticket) -> str:
    """By what the customer learns of it."""
    if ticket.source == Ticket.Source.CUSTOMER:
        return "opening"
    if not ticket.type.tell_customer:
        return "nobody"
    return "opening" if ticket.type.opening_notice else "clock"


def _days(ticket: Ticket) -> dict:
    """The days ahead that are not as their weekday."""
    calendar, first = calendar_of(ticket.campus_id), clock.local_day(ticket.opened_at) - timedelta(days=1)
    ahead = (first + timedelta(days=n) for n in range(DAYS_AHEAD))
    return {day: row for day in ahead if (row := calendar(day)) != day.isoweekday()}


def policy_of(ticket: Ticket) -> Policy:
    """The frozen policy; a ticket without one yet gets it now."""
    if ticket.clock_policy is None:
        ticket.clock_policy = freeze(ticket).data()
    return Policy.of(ticket.clock_policy)


def log_of(ticket: Ticket, entries: Iterable[TicketEvent]) -> list[LogEntry]:
    """Entries of its log as the clocks read them."""
    log = [
        LogEntry(
            entry.kind,
            entry.at,
            entry.role,
            entry.audience,
            datetime.fromisoformat(entry.data["until"]) if entry.kind == ASKED else None,
        )
        for entry in entries
    ]
    if not log or log[0].kind != "opened":
        log.insert(0, LogEntry("opened", ticket.opened_at))
    for n in range(1, len(log)):  # where the clock has jumped back, the order stands
        if log[n].at < log[n - 1].at:
            log[n] = replace(log[n], at=log[n - 1].at)
    return log


def clocks_of(
    ticket: Ticket, at: datetime | None = None, entries: Iterable[TicketEvent] | None = None
) -> ClockState:
    """The clocks of a ticket from its log. One query, none where `entries` are given."""
    if entries is None:
        entries = ticket.events.order_by("at", "pk")
    return state(log_of(ticket, entries), policy_of(ticket), at or clock.now())


def recorded(entries: Iterable[TicketEvent]) -> set[tuple[int, str]]:
    """Clocks (cycle, name) of which the log says that they ran out."""
    missed = (entry for entry in entries if entry.kind == CLOCK_MISSED)
    return {(cycle, name) for entry in missed for cycle, name in entry.data["clocks"]}


def project(ticket: Ticket, entries: Iterable[TicketEvent], at: datetime) -> ClockState:
    """Write what the log says into the ticket's columns; the caller saves it."""
    entries = list(entries)
    found = clocks_of(ticket, at, entries)
    known = recorded(entries)
    dues = [clock.due for clock in found.running if clock.due and (clock.cycle, clock.name) not in known]
    ticket.clock_due_at = min(dues, default=None)
    present = found.present
    response, resolution = present[ClockName.RESPONSE], present[ClockName.RESOLUTION]
    ticket.respond_by = response.due or at + FAR
    ticket.resolve_by = resolution.due or at + FAR
    # Who settles it has answered; who takes it for a false alarm has not.
    answered = response.done or (ticket.resolved_at is not None and ticket.closed_at is None)
    ticket.responded_at = response.stopped if answered else None
    return found


def freeze_opened(pks: Iterable[int]) -> int:
    """Freeze the policies of tickets that the scanner has opened, whose due times go by its clock until then."""
    tickets = Ticket.objects.filter(pk__in=pks, clock_policy__isnull=True).select_related("type", "campus")
    groups: dict[tuple, list[Ticket]] = {}
    for ticket in tickets:
        groups.setdefault((ticket.campus_id, ticket.type_id, ticket.severity, ticket.opened_at), []).append(
            ticket
        )
    count = 0
    for alike in groups.values():
        first = alike[0]
        project(first, [], first.opened_at)
        count += Ticket.objects.filter(
            pk__in=[ticket.pk for ticket in alike], clock_policy__isnull=True
        ).update(
            clock_policy=first.clock_policy,
            respond_by=first.respond_by,
            resolve_by=first.resolve_by,
            clock_due_at=first.clock_due_at,
        )
    return count
