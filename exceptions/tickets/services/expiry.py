"""What ends by the clock: questions that nobody answered, and settled tickets."""

from datetime import datetime, timedelta

from core import clock
from exceptions.models import Ticket, TicketStatus
from exceptions.tickets.lifecycle import lock_ticket, save_transition

CLOSES_AFTER = timedelta(hours=24)


def expire_questions(now: datetime | None = None, batch: int = 200) -> int:
    """Questions that nobody answered in time: the ticket goes back to work. Returns how many."""
    now = now or clock.now()
    waiting = Ticket.objects.filter(status=TicketStatus.WAITING_PARTY, answer_by__lte=now)
    count = 0
    for pk in list(waiting.order_by("answer_by").values_list("pk", flat=True)[:batch]):
        with lock_ticket(pk) as ticket:
            if ticket.status != TicketStatus.WAITING_PARTY or ticket.answer_by > now:
                continue
            party = ticket.asked_party
            ticket.work()
            save_transition(ticket, "silent", data={"party": party}, audience=party)
            count += 1
    return count


def close_resolved(now: datetime | None = None, batch: int = 500) -> int:
    """Close what was resolved a day ago. It may still be reopened for a week. Returns how many."""
    now = now or clock.now()
    due = Ticket.objects.filter(status=TicketStatus.RESOLVED, resolved_at__lte=now - CLOSES_AFTER)
    count = 0
    for pk in list(due.order_by("resolved_at").values_list("pk", flat=True)[:batch]):
        with lock_ticket(pk) as ticket:
            if ticket.status == TicketStatus.RESOLVED:
                ticket.close()
                save_transition(ticket, "closed")
                count += 1
    return count
