"""The auditor of escalations: each minute the clocks and steps of every unresolved ticket are worked out from its log and from
what was frozen, whatever the columns say. What should have happened and did not is made up for, and supervisors hear of it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from core import clock
from core.db import try_advisory_lock
from exceptions.audit.models import AuditFinding
from exceptions.audit.running import tell_of_finding
from exceptions.clocks import ClockName, ClockState
from exceptions.clocks.projection import recorded
from exceptions.escalation import projection, services
from exceptions.escalation.models import Escalation
from exceptions.escalation.plan import Target
from exceptions.escalation.projection import ESCALATED, step_key
from exceptions.escalation.reaching import tell
from exceptions.library.models import ExceptionType
from exceptions.tickets.lifecycle import lock_ticket
from exceptions.tickets.models import UNRESOLVED, Ticket, TicketEvent
from exceptions.tickets.selectors import is_echo
from exceptions.tickets.services.missed_clocks import record_missed
from notifications.models import Notice

# The runner looks every five seconds: what is due for longer was lost.
GRACE = timedelta(seconds=20)
# Of steps that are older nobody is told a second time.
TOLD_AGAIN = timedelta(hours=1)
CHUNK, EXAMPLES = 500, 5

Causes = set[tuple[int, str]]
Told = Collection[tuple[int, str]]  # (person, key of the notice)


@dataclass(frozen=True)
class Lost:
    """What the log lacks, or what somebody was not told: clocks that ran out (`causes`), an escalation for them, a step of
    it, or the notices of one (`entry`)."""

    what: str  # "clock", "start", "step", "notices"
    causes: frozenset[tuple[int, str]] = frozenset()
    entry: TicketEvent | None = None


def run() -> int | None:
    """Beat: look at every unresolved ticket. Returns how much had to be made up for; None while another process looks."""
    with try_advisory_lock("escalations") as free:
        if not free:
            return None
        made_up: dict[int, list[str]] = {}
        for ticket in _suspects():
            made_up.setdefault(ticket.campus_id, []).extend([ticket.no] * _make_up(ticket.pk))
        for campus, numbers in made_up.items():
            if numbers:
                _tell_supervisors(campus, numbers)
        return sum(map(len, made_up.values()))


def lost(
    ticket: Ticket, log: Sequence[TicketEvent], escalation: Escalation | None, told: Told, now: datetime
) -> Iterator[Lost]:
    """What should have happened to a ticket by now and did not, by its log (in the order in which it was written), its frozen
    policies and the start of its last escalation."""
    clocks, due_by = projection.clocks_at(ticket, log, now), now - GRACE
    known = recorded(log)
    if any(one.due <= due_by and (one.cycle, one.name) not in known for one in clocks.missed if one.due):
        yield Lost("clock")
    is_running = escalation is not None and not projection.is_over(escalation, clocks)
    own = {(cycle, name) for cycle, name in escalation.clocks} if escalation and is_running else set()
    if missing := causes(ticket, clocks, due_by) - own:
        yield Lost("start", causes=frozenset(missing))
    if escalation is None or not is_running:
        return
    found = projection.progress_of(escalation, log)
    if found.next and found.next.at <= due_by:
        yield Lost("step")
    if found.acknowledged_until is None:
        for entry in _told_by(escalation, log, now):
            key = step_key(escalation, entry.data["step"])
            if any((person["id"], key) not in told for person in entry.data["reached"]):
                yield Lost("notices", entry=entry)


def causes(ticket: Ticket, clocks: ClockState, due_by: datetime) -> Causes:
    """The clocks for which a ticket should be escalated since then at least: those that have run out and still wait, and of a
    matter of safety the first answer's from the beginning."""
    waiting = [one for one in clocks.clocks if one.stopped is None]
    found = {(one.cycle, str(one.name)) for one in waiting if one.due and one.due <= due_by}
    if ticket.severity == ExceptionType.Severity.SAFETY:
        found |= {
            (one.cycle, str(one.name))
            for one in waiting
            if one.name == ClockName.RESPONSE and one.started <= due_by
        }
    return found


def _told_by(escalation: Escalation, log: Sequence[TicketEvent], now: datetime) -> list[TicketEvent]:
    """The entries of its steps, of which people were told not long ago."""
    return [
        entry
        for entry in log
        if entry.kind == ESCALATED
        and entry.data["escalation"] == escalation.pk
        and entry.at >= now - TOLD_AGAIN
    ]


def _suspects() -> Iterator[Ticket]:
    """Unresolved tickets of which something is lost, by a look without locks."""
    last, now = 0, clock.now()
    while chunk := list(_unresolved().filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        running = {
            ticket.pk: max(ticket.escalations.all(), key=lambda one: one.pk, default=None) for ticket in chunk
        }
        logs = {ticket.pk: sorted(ticket.events.all(), key=lambda entry: entry.pk) for ticket in chunk}
        told = _told([(one, logs[pk]) for pk, one in running.items() if one], now)
        for ticket in chunk:
            if next(lost(ticket, logs[ticket.pk], running[ticket.pk], told, now), None):
                yield ticket


def _unresolved() -> QuerySet[Ticket]:
    found = Ticket.objects.filter(status__in=UNRESOLVED).exclude(is_echo())
    return found.select_related("type", "campus").prefetch_related("events", "escalations")


def _told(pairs: Sequence[tuple[Escalation, Sequence[TicketEvent]]], now: datetime) -> Told:
    """Who was told of which step, by the inboxes. One query."""
    wanted = {
        (person["id"], step_key(escalation, entry.data["step"]))
        for escalation, log in pairs
        for entry in _told_by(escalation, log, now)
        for person in entry.data["reached"]
    }
    people, keys = {person for person, _key in wanted}, {key for _person, key in wanted}
    found = Notice.objects.filter(user__in=people, key__in=keys).values_list("user", "key")
    return {(person, key or "") for person, key in found}


def _make_up(pk: int) -> int:
    """Do what is lost of a ticket, looked at again under its lock. Returns how much that was."""
    now = clock.now()
    count = int(record_missed(pk, now))
    with lock_ticket(pk) as ticket:
        log = projection.read(ticket)
        escalation = projection.latest(ticket)
        told = _told([(escalation, log)], now) if escalation else set()
        for one in list(lost(ticket, log, escalation, told, now)):
            if one.what == "start":
                cause = Escalation.Cause.CLOCK if recorded(log) else Escalation.Cause.OPENED
                escalation = services.start(ticket, cause, one.causes)
                count += 1
            elif one.entry is not None and escalation is not None:
                _tell_again(ticket, escalation, one.entry, now)
                count += 1
    if escalation is not None:
        while entry := services.run_next(escalation.pk, pk, lost_before=now - GRACE):
            count += entry.data["was_lost"]
    return count


def _tell_again(ticket: Ticket, escalation: Escalation, entry: TicketEvent, now: datetime) -> None:
    users = User.objects.filter(pk__in=[person["id"] for person in entry.data["reached"]], is_active=True)
    key = step_key(escalation, entry.data["step"])
    tell(ticket, escalation, Target(entry.data["to"]), list(users), key, now)


def _tell_supervisors(campus: int, numbers: list[str]) -> None:
    """A finding that is mended already, and its notice."""
    now = clock.now()
    tell_of_finding(
        AuditFinding.objects.create(
            campus_id=campus,
            check_name=AuditFinding.Check.ESCALATION,
            count=len(numbers),
            examples=", ".join(list(dict.fromkeys(numbers))[:EXAMPLES]),
            first_at=now,
            last_at=now,
            mended_at=now,
        )
    )
