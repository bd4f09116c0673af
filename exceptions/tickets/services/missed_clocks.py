"""Every clock that runs out is written into its ticket's log, once, and supervisors hear of it."""

from datetime import datetime

from core import clock
from exceptions.clocks.projection import CLOCK_MISSED, clocks_of, recorded
from exceptions.models import UNRESOLVED, Ticket
from exceptions.tickets.lifecycle import lock_ticket, save_transition


def record_missed_clocks(now: datetime | None = None, batch: int = 100) -> int:
    """Beat: record the clocks that have run out since the last time. Those that run out together are one entry. Returns the
    number of tickets."""
    now = now or clock.now()
    due = Ticket.objects.filter(status__in=UNRESOLVED, clock_due_at__lte=now)
    count = 0
    for pk in list(due.order_by("severity", "pk").values_list("pk", flat=True)[:batch]):
        with lock_ticket(pk) as ticket:
            entries = list(ticket.events.order_by("at", "pk"))
            known = recorded(entries)
            missed = [
                [one.cycle, str(one.name)]
                for one in clocks_of(ticket, now, entries).missed
                if (one.cycle, one.name) not in known
            ]
            if missed:  # nobody else was here first
                save_transition(ticket, CLOCK_MISSED, data={"clocks": missed})
                count += 1
    return count
