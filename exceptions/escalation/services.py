"""Starting, running and acknowledging escalations.

What is due stands in the database (`Escalation.next_at`) and is swept: beat calls `run_due` every few seconds, in any number
of processes. A step is one transaction under the ticket's lock: its notices, its calls, its entry in the log, and when the
next one is due. A process that dies has run it or has not; the entry's key makes sure that nobody runs it twice.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import HANDLERS
from core import clock
from core.errors import WrongState
from exceptions.clocks import ClockName
from exceptions.escalation import policies, projection
from exceptions.escalation.models import Escalation
from exceptions.escalation.plan import Plan
from exceptions.escalation.projection import ACKNOWLEDGED, ESCALATED, step_key
from exceptions.escalation.reaching import meant_for, tell
from exceptions.escalation.state import Due
from exceptions.library.models import ExceptionType
from exceptions.tickets.lifecycle import lock_ticket, require_operator, save_transition
from exceptions.tickets.models import Ticket, TicketEvent
from exceptions.tickets.selectors import is_echo

logger = logging.getLogger(__name__)

# A step that could not be run is tried again then, and one that waits for another ticket is looked at.
LOOK_AGAIN = timedelta(minutes=1)
CONSOLE, CALL = "console", "call"  # by what somebody has taken it


def start(ticket: Ticket, cause: str, clocks: Collection[tuple[int, str]]) -> Escalation | None:
    """Start escalating a locked ticket because these clocks (cycle, name) have run out, or are to be stopped at once.

    One that is under way takes them over. None where nothing is left to wait for.
    """
    entries, now = projection.read(ticket), clock.now()
    state = projection.clocks_at(ticket, entries, now)
    escalation = projection.running(ticket, state) or Escalation(
        ticket=ticket,
        cause=cause,
        plan=policies.freeze(ticket).data(),
        after_entry=max((entry.pk for entry in entries), default=0),
        started_at=now,
    )
    known = {(cycle, name) for cycle, name in escalation.clocks}
    escalation.clocks = sorted([list(one) for one in known | set(clocks)])
    if projection.is_over(escalation, state):
        return None
    escalation.save()
    projection.project(ticket, entries, state)
    return escalation


def start_grave(ticket_pk: int) -> Escalation | None:
    """A matter of safety was opened, or opened again: somebody has to take it now."""
    with lock_ticket(ticket_pk) as ticket:
        if not ticket.is_unresolved or ticket.severity != ExceptionType.Severity.SAFETY:
            return None
        state = projection.clocks_at(ticket, projection.read(ticket), clock.now())
        cycle = state.present[ClockName.RESPONSE].cycle
        return start(ticket, Escalation.Cause.OPENED, [(cycle, str(ClockName.RESPONSE))])


def run_due(batch: int = 500) -> int:
    """Beat: run every step that is due, the gravest first. Returns how many. One that fails holds up none of the others."""
    due = Escalation.objects.filter(next_at__lte=clock.now()).order_by("ticket__severity", "next_at", "pk")
    count = 0
    for pk, ticket_pk in list(due.values_list("pk", "ticket_id")[:batch]):
        try:
            while run_next(pk, ticket_pk):  # rounds are minutes apart
                count += 1
        except Exception:
            logger.exception("a step of escalation %s failed", pk)
            again = clock.now() + LOOK_AGAIN
            Escalation.objects.filter(pk=pk, next_at__isnull=False).update(next_at=again)
    return count


def run_next(pk: int, ticket_pk: int, *, lost_before: datetime | None = None) -> TicketEvent | None:
    """Run the next step of an escalation if its time has come, by the log and not by its columns. The auditor says since when
    a step that is due counts as lost."""
    with lock_ticket(ticket_pk) as ticket:
        escalation, now = ticket.escalations.get(pk=pk), clock.now()
        entries = projection.read(ticket)
        state = projection.clocks_at(ticket, entries, now)
        due = projection.progress_of(escalation, entries).next
        if projection.is_over(escalation, state) or due is None or due.at > now:
            projection.project(ticket, entries, state)  # it was due by columns that were wrong
            return None
        if Ticket.objects.filter(is_echo(), pk=ticket.pk).exists():
            escalation.not_before = now + LOOK_AGAIN
            escalation.save(update_fields=["not_before"])
            projection.project(ticket, entries, state)
            return None
        return _run(ticket, escalation, due, was_lost=lost_before is not None and due.at <= lost_before)


def _run(ticket: Ticket, escalation: Escalation, due: Due, *, was_lost: bool) -> TicketEvent:
    key = step_key(escalation, due.number)
    users = meant_for(due.step.to, ticket, Plan.of(escalation.plan))
    reached = tell(ticket, escalation, due.step.to, users, key, clock.now())
    return save_transition(
        ticket,
        ESCALATED,
        key=key,
        data={
            "escalation": escalation.pk,
            "step": due.number,
            "to": str(due.step.to),
            "due": due.at.isoformat(),
            "reached": [{"id": one.user.pk, "name": one.user.display_name, "by": one.by} for one in reached],
            "heard": min(one.heard for one in reached).isoformat() if reached else None,
            "was_lost": was_lost,
        },
    )


def acknowledge(*, ticket: Ticket, actor: User, by: str = CONSOLE) -> TicketEvent | None:
    """Somebody takes an escalated ticket: nobody else is told of it for a while (the plan's `ack_minutes`). None where they
    have taken it already. Raises WrongState where nothing is escalated."""
    with lock_ticket(ticket.pk) as ticket:
        require_operator(ticket, actor, *HANDLERS)
        now = clock.now()
        escalation = projection.running(ticket, projection.clocks_at(ticket, projection.read(ticket), now))
        if not ticket.is_unresolved or escalation is None:
            raise WrongState(_("There is nothing to take any more."))
        plan = Plan.of(escalation.plan)
        last = ticket.events.filter(kind=ACKNOWLEDGED, pk__gt=escalation.after_entry).order_by("-pk").first()
        still_counts = escalation.acknowledged_until is not None and escalation.acknowledged_until > now
        if still_counts and last and last.actor_id == actor.pk:
            return None
        ticket.assignee = ticket.assignee or actor
        until = plan.after(now, plan.ack_minutes)
        return save_transition(
            ticket, ACKNOWLEDGED, actor=actor, role="operator",
            data={"by": by, "until": until.isoformat() if until else None},
        )  # fmt: skip
