"""Escalations in the database: what a ticket's log says of them, and the columns that repeat it for the runner's index.

Nothing else writes those columns. They are worked out anew whenever the log of the ticket grows, under its lock.
"""

from collections.abc import Sequence
from datetime import datetime

from core import clock, outbox
from exceptions.clocks import ClockState
from exceptions.clocks.projection import CLOCK_MISSED, clocks_of
from exceptions.clocks.state import ASKED, HELD, LET_GO, MERGED, SPLIT, LogEntry, answers
from exceptions.escalation.models import Escalation
from exceptions.escalation.plan import Plan
from exceptions.escalation.state import Happened, Progress, What, progress
from exceptions.events import EscalationStopped
from exceptions.tickets.models import Ticket, TicketEvent

# Entries of the log: a step that was run, and that somebody has taken it.
ESCALATED, ACKNOWLEDGED = "escalated", "acknowledged"


def key_prefix(escalation: Escalation) -> str:
    """How the keys of all its steps begin."""
    return f"escalation:{escalation.pk}:"


def step_key(escalation: Escalation, number: int) -> str:
    """The idempotency key of a step: of its entry in the log, and of what each person is told by it."""
    return f"{key_prefix(escalation)}{number}"


def happened(escalation: Escalation, entries: Sequence[TicketEvent]) -> list[Happened]:
    """What the log says of an escalation. `entries` are all of the ticket's, in the order in which they were written."""
    before = [entry for entry in entries if entry.pk <= escalation.after_entry]
    marks = [entry for entry in before if entry.kind in (HELD, LET_GO)]
    found = [Happened(What.HELD, marks[-1].at)] if marks and marks[-1].kind == HELD else []
    for entry in entries[len(before) :]:
        if one := _happened(escalation, entry):
            found.append(one)
    return found


def _happened(escalation: Escalation, entry: TicketEvent) -> Happened | None:
    if entry.kind == ESCALATED:
        if entry.data["escalation"] != escalation.pk:
            return None
        heard = entry.data["heard"]
        heard_at = datetime.fromisoformat(heard) if heard else None
        return Happened(What.RAN, entry.at, number=entry.data["step"], heard=heard_at)
    if entry.kind in _MARKS:
        return Happened(_MARKS[entry.kind], entry.at)
    if entry.kind == ACKNOWLEDGED or (entry.kind != MERGED and answers(_as_read(entry))):
        until = entry.data["until"] if entry.kind == ASKED else None
        return Happened(What.ACKNOWLEDGED, entry.at, until=datetime.fromisoformat(until) if until else None)
    return None


_MARKS = {
    CLOCK_MISSED: What.JOINED,
    HELD: What.HELD,
    LET_GO: What.RESUMED,
    SPLIT: What.RESUMED,
}


def _as_read(entry: TicketEvent) -> LogEntry:
    return LogEntry(entry.kind, entry.at, entry.role, entry.audience)


def progress_of(escalation: Escalation, entries: Sequence[TicketEvent]) -> Progress:
    """How far it has come, whatever its columns say."""
    return progress(
        escalation.started_at,
        Plan.of(escalation.plan),
        happened(escalation, entries),
        escalation.not_before,
    )


def is_over(escalation: Escalation, clocks: ClockState) -> bool:
    """Whether all that its clocks waited for has happened, or the ticket has ended."""
    stopped = {(one.cycle, str(one.name)) for one in clocks.clocks if one.stopped is not None}
    known = {(one.cycle, str(one.name)) for one in clocks.clocks}
    own = {(cycle, name) for cycle, name in escalation.clocks} & known
    return own <= stopped


def latest(ticket: Ticket) -> Escalation | None:
    """The ticket's last escalation, which may be over: a merge that is undone takes it up again."""
    return ticket.escalations.order_by("-pk").first()


def running(ticket: Ticket, clocks: ClockState) -> Escalation | None:
    """The one that goes on, by the clocks and not by its columns."""
    escalation = latest(ticket)
    return None if escalation is None or is_over(escalation, clocks) else escalation


def project(ticket: Ticket, entries: Sequence[TicketEvent], clocks: ClockState) -> None:
    """Write what the log says into the columns of the ticket's last escalation, and say so once it needs nobody any more.
    The ticket is locked."""
    escalation = latest(ticket)
    if escalation is None:
        return
    before = escalation.ended_at, escalation.acknowledged_until
    found = progress_of(escalation, sorted(entries, key=lambda entry: entry.pk))
    if is_over(escalation, clocks):
        escalation.next_at, escalation.ended_at = None, escalation.ended_at or clock.now()
    else:
        escalation.next_at, escalation.ended_at = found.next and found.next.at, None
    escalation.steps_run, escalation.acknowledged_until = found.steps_run, found.acknowledged_until
    escalation.save(update_fields=["next_at", "steps_run", "acknowledged_until", "ended_at"])
    is_stopped = escalation.ended_at or escalation.acknowledged_until
    if is_stopped and (escalation.ended_at, escalation.acknowledged_until) != before:
        outbox.emit(EscalationStopped(escalation=escalation.pk))


def read(ticket: Ticket) -> list[TicketEvent]:
    """The ticket's log in the order in which it was written."""
    return list(ticket.events.order_by("pk"))


def clocks_at(ticket: Ticket, entries: Sequence[TicketEvent], at: datetime) -> ClockState:
    """The clocks by these entries of the log. No query."""
    return clocks_of(ticket, at, sorted(entries, key=lambda entry: (entry.at, entry.pk)))
