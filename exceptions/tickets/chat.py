"""What exceptions tell the chat: tickets as cards, how long an order's chat stays open, and whose words are kept."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from chat.subjects import Participant, Subject, keeps, offers, open_while, participants, subject
from core import clock
from exceptions.models import PENDING, UNRESOLVED, Ticket
from exceptions.tickets import selectors
from exceptions.tickets.selectors import REPORT_DAYS, party_of

MOST_OFFERED = 5


@subject("ticket")
def ticket_subject(no: str) -> Subject | None:
    found = Ticket.objects.select_related("type", "order__customer", "courier__user").filter(no=no).first()
    return card(found) if found else None


def card(ticket: Ticket) -> Subject:
    page = reverse("exceptions:ticket", args=[ticket.no])
    return Subject(
        "ticket",
        ticket.no,
        ticket.campus_id,
        ticket.type.name,
        ticket.get_status_display(),
        "triangle-alert",
        {
            "customer": page,
            "courier": page,
            "operator": f"{reverse('exceptions:console')}?t={ticket.no}",
        },
        ticket,
    )


@participants("ticket")
def parties(found: Subject) -> list[Participant]:
    ticket = found.thing
    people = [ticket.order.customer, *([ticket.courier.user] if ticket.courier else [])]
    return [
        Participant(party.value, user.pk, user.display_name)
        for user in people
        if (party := party_of(ticket, user))
    ]


@open_while("order")
def may_complain(found: Subject) -> bool:
    """While something may still be reported of the order, and while something reported is not settled."""
    order = found.thing
    ended = order.closed_at or order.delivered_at
    if ended is None or clock.now() - ended <= timedelta(days=REPORT_DAYS):
        return True
    return order.tickets.filter(PENDING).exists()


@offers
def open_tickets(user, role: str) -> Iterator[Subject]:
    courier = getattr(user, "courier", None)
    if role == "courier" and courier:
        found = selectors.tickets_for_courier(courier)
    elif role == "customer":
        found = selectors.tickets_of_customer(user)
    else:
        return
    yield from map(card, found.filter(status__in=UNRESOLVED)[:MOST_OFFERED])


@keeps("order")
def disputed_orders(refs: set[str]) -> set[str]:
    open_now = Ticket.objects.filter(PENDING, order__no__in=refs)
    return set(open_now.values_list("order__no", flat=True))


@keeps("ticket")
def disputed_tickets(refs: set[str]) -> set[str]:
    """Also when another ticket of the same order is open."""
    open_now = Ticket.objects.filter(PENDING, order=OuterRef("order"))
    tickets = Ticket.objects.filter(Exists(open_now), no__in=refs)
    return set(tickets.values_list("no", flat=True))
