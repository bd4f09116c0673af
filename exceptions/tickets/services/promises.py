"""An answer that was promised and did not come: its people get an apology and a new time, supervisors hear of it."""

from datetime import datetime, timedelta

from django.db.models import Q

from core import clock
from exceptions.models import UNRESOLVED, Ticket, TicketStatus
from exceptions.tickets.lifecycle import Audience, lock_ticket, save_transition
from exceptions.tickets.selectors import is_echo, next_due

# The new time is so much later at least, and twice as much after each further miss: a promise that cannot be kept is
# worth nothing.
LATER, LATEST = timedelta(minutes=10), timedelta(hours=2)


def renew_promises(now: datetime | None = None, batch: int = 100) -> int:
    """Beat: promise anew what was missed, once for each promise. What a party is asked meanwhile has its own clock. Returns
    how many."""
    now = now or clock.now()
    missed = (
        Ticket.objects.filter(Q(news_by=None) | Q(news_by__lte=now), status__in=UNRESOLVED)
        .exclude(status=TicketStatus.WAITING_PARTY)
        .exclude(is_echo())
        .annotate(due=next_due())
        .filter(due__lte=now)
    )
    count = 0
    for pk in list(missed.order_by("severity", "pk").values_list("pk", flat=True)[:batch]):
        with lock_ticket(pk) as ticket:
            due = ticket.news_due
            if due is None or due > now or ticket.status == TicketStatus.WAITING_PARTY:
                continue
            wait = max(timedelta(minutes=ticket.type.respond_minutes), LATER) * 2 ** min(ticket.missed, 6)
            ticket.news_by, ticket.missed = now + min(wait, LATEST), ticket.missed + 1
            save_transition(
                ticket, "promise_missed", audience=Audience.EVERYONE,
                data={"was": due.isoformat(), "until": ticket.news_by.isoformat()},
            )  # fmt: skip
            count += 1
    return count
