"""An answer that was promised and did not come: its people get an apology and a new time, supervisors hear of it."""

from datetime import datetime, timedelta

from django.db.models import Q

from core import clock
from exceptions.models import UNRESOLVED, Party, Ticket, TicketStatus
from exceptions.tickets.cases import gravest_first, others_for_update
from exceptions.tickets.lifecycle import audience_of, lock_ticket, people, save_transition
from exceptions.tickets.selectors import next_due

# The new time is so much later at least, and twice as much after each further miss: a promise that cannot be kept is
# worth nothing.
LATER, LATEST = timedelta(minutes=10), timedelta(hours=2)


def renew_promises(now: datetime | None = None, batch: int = 100) -> int:
    """Beat: promise anew what was missed, once for each promise. What a party is asked meanwhile has its own clock.

    The people of a case hear one apology with one new time, by its gravest ticket; the others that have missed theirs go by
    it. Returns how many tickets.
    """
    now = now or clock.now()
    missed = (
        Ticket.objects.filter(Q(news_by=None) | Q(news_by__lte=now), status__in=UNRESOLVED)
        .exclude(status=TicketStatus.WAITING_PARTY)
        .annotate(due=next_due())
        .filter(due__lte=now)
    )
    count, done = 0, set[int]()
    for pk in list(missed.order_by("severity", "pk").values_list("pk", flat=True)[:batch]):
        if pk in done:  # with the gravest one of its case
            continue
        with lock_ticket(pk) as ticket:
            late = [
                one for one in gravest_first([ticket, *others_for_update(ticket)]) if _is_missed(one, now)
            ]
            _renew(late, now)
            count += len(late)
            done |= {one.pk for one in late}
    return count


def _is_missed(ticket: Ticket, now: datetime) -> bool:
    due = ticket.news_due
    return due is not None and due <= now and ticket.status != TicketStatus.WAITING_PARTY


def _renew(late: list[Ticket], now: datetime) -> None:
    """Promise a new time for these tickets of one case, the gravest first: each party hears of it once."""
    told: set[Party] = set()
    until = None
    for ticket in late:
        was = ticket.news_due
        wait = max(timedelta(minutes=ticket.type.respond_minutes), LATER) * 2 ** min(ticket.missed, 6)
        until = until or now + min(wait, LATEST)
        ticket.news_by, ticket.missed = until, ticket.missed + 1
        hear = {party for party, _user in people(ticket)} - told
        data = {"was": was.isoformat(), "until": until.isoformat()}
        if ticket is not late[0]:
            data["with"] = late[0].no
        save_transition(ticket, "promise_missed", audience=audience_of(hear), data=data)
        told |= hear
