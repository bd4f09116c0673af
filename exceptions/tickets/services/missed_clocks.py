"""Every clock that runs out is written into its ticket's log, once: supervisors hear of it, and it is escalated."""

from datetime import datetime

from core import clock
from exceptions.clocks.projection import CLOCK_MISSED, clocks_of, recorded
from exceptions.escalation import services as escalation
from exceptions.models import UNRESOLVED, Escalation, Ticket
from exceptions.tickets.lifecycle import lock_ticket, save_transition


def record_missed_clocks(now: datetime | None = None, batch: int = 500) -> int:
    """Beat: record the clocks that have run out since the last time, the gravest tickets' first. Returns the number of
    tickets."""
    now = now or clock.now()
    due = Ticket.objects.filter(status__in=UNRESOLVED, clock_due_at__lte=now)
    pks = list(due.order_by("severity", "pk").values_list("pk", flat=True)[:batch])
    return sum(record_missed(pk, now) for pk in pks)


def record_missed(pk: int, now: datetime) -> bool:
    """Record the clocks of one ticket that have run out: together they are one entry. Whether there were any of which the
    log did not say so yet."""
    with lock_ticket(pk) as ticket:
        entries = list(ticket.events.order_by("at", "pk"))
        known = recorded(entries)
        missed = [
            (one.cycle, str(one.name))
            for one in clocks_of(ticket, now, entries).missed
            if (one.cycle, one.name) not in known
        ]
        if not missed:  # somebody else was here first
            return False
        save_transition(ticket, CLOCK_MISSED, data={"clocks": [list(one) for one in missed]})
        escalation.start(ticket, Escalation.Cause.CLOCK, missed)
        return True
