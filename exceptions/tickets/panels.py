"""What exceptions put on the pages of others: a problem is never hidden behind a menu."""

from datetime import timedelta

from django.template.loader import render_to_string

from core import clock
from core.panels import panel
from exceptions.models import UNRESOLVED, Party, TicketStatus
from exceptions.rulings.selectors import offences
from exceptions.tickets import selectors, summary

# A settled problem stays on the order's page for so long, with the question how it was handled.
FRESH = timedelta(hours=24)


@panel("orders.order", order=10)
def order_tickets(request, order) -> str:
    """The order's problems, for its customer."""
    if order.customer_id != request.user.pk:
        return ""
    now = clock.now()
    tickets = [
        ticket
        for ticket in selectors.tickets_for_customer(order)
        if ticket.is_pending
        or (ticket.status == TicketStatus.RESOLVED and not ticket.rating and now - ticket.resolved_at < FRESH)
    ]
    shown = summary.cards(tickets, Party.CUSTOMER)
    return render_to_string("exceptions/_order_tickets.html", {"order": order, "cards": shown}, request)


@panel("delivery.job", order=10)
def job_tickets(request, leg) -> str:
    """The problems of a job, for the courier who has it."""
    tickets = selectors.tickets_for_courier(leg.courier).filter(order=leg.order_id, status__in=UNRESOLVED)
    shown = summary.cards(tickets, Party.COURIER)
    return render_to_string("exceptions/_job_tickets.html", {"leg": leg, "cards": shown}, request)


@panel("delivery.me", order=10)
def courier_standing(request, courier) -> str:
    """Open problems and what counts against the courier, with the way to answer."""
    tickets = selectors.tickets_for_courier(courier).filter(status__in=UNRESOLVED)
    context = {
        "cards": summary.cards(tickets, Party.COURIER)[:3],
        "offences": offences(courier).count(),
        "courier": courier,
    }
    return render_to_string("exceptions/_standing.html", context, request)
