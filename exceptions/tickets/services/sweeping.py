"""What ends by itself: questions without an answer, tickets that have become pointless, settled ones."""

from collections.abc import Collection
from datetime import datetime, timedelta

from core import clock
from exceptions.models import UNRESOLVED, ExceptionType, Ticket, TicketStatus
from exceptions.tickets.lifecycle import Audience, advance, changing, lock_order
from exceptions.tickets.services.handling import dismiss, resolve
from orders.models import Order

CLOSES_AFTER = timedelta(hours=24)


def expire_questions(now: datetime | None = None, batch: int = 200) -> int:
    """Questions that nobody answered in time: the ticket goes back to work. Returns how many."""
    now = now or clock.now()
    waiting = Ticket.objects.filter(status=TicketStatus.WAITING_PARTY, answer_by__lte=now)
    count = 0
    for pk in list(waiting.order_by("answer_by").values_list("pk", flat=True)[:batch]):
        with changing(pk) as ticket:
            if ticket.status != TicketStatus.WAITING_PARTY or ticket.answer_by > now:
                continue
            party = ticket.asked_party
            ticket.work()
            advance(ticket, "silent", data={"party": party}, audience=party)
            count += 1
    return count


def close_resolved(now: datetime | None = None, batch: int = 500) -> int:
    """Close what was resolved a day ago. It may still be reopened for a week. Returns how many."""
    now = now or clock.now()
    due = Ticket.objects.filter(status=TicketStatus.RESOLVED, resolved_at__lte=now - CLOSES_AFTER)
    count = 0
    for pk in list(due.order_by("resolved_at").values_list("pk", flat=True)[:batch]):
        with changing(pk) as ticket:
            if ticket.status == TicketStatus.RESOLVED:
                ticket.close()
                advance(ticket, "closed")
                count += 1
    return count


def settle_moot(*, order: Order, types: Collection[str], why: str) -> int:
    """Resolve the order's tickets of these types: it has moved on and nothing is owed. Returns how many."""
    moot = Ticket.objects.filter(order=order, type__in=types, status__in=UNRESOLVED)
    tickets = list(moot.order_by("pk"))
    for ticket in tickets:
        resolve(ticket=ticket, actor=None, resolution=why)
    return len(tickets)


def settle_ended(*, order: Order, why: str) -> int:
    """The order is over without a delivery: what was about its way is pointless, and about what nobody has
    done anything yet was a false alarm. What is about goods, money and conduct stays. Returns how many."""
    lock_order(order.pk)
    Group = ExceptionType.Group
    on_the_way = [Group.TIME, Group.COURIER, Group.CUSTOMER, Group.PLACE]
    moot = Ticket.objects.filter(order=order, type__group__in=on_the_way, status__in=UNRESOLVED)
    tickets = list(moot.select_related("type").order_by("pk"))
    for ticket in tickets:
        untouched = ticket.status == TicketStatus.OPEN and ticket.type.group == Group.TIME
        if untouched:
            dismiss(ticket=ticket, actor=None, reason=why)
        else:
            resolve(ticket=ticket, actor=None, resolution=why)
    return len(tickets)


def note_delivered(*, ticket: Ticket) -> None:
    """Write into a late order's ticket that it has arrived, and how late: what is owed is fixed from here on."""
    with changing(ticket.pk) as ticket:
        if ticket.is_unresolved and not ticket.events.filter(kind="delivered").exists():
            late = int(ticket.order.lateness().total_seconds() // 60)
            advance(ticket, "delivered", data={"minutes_late": late}, audience=Audience.EVERYONE)
