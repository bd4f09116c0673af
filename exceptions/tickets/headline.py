"""What a ticket tells a party at the top of their page: what happened, and what is being done about it.

What happened is said in the words of the ticket's type, where it has its own (`ExceptionType`, both languages).
"""

from django.utils.translation import gettext as _

from core import clock
from delivery.models import LegStatus
from exceptions.detection.alarms import OVERDUE
from exceptions.models import ExceptionType, Party, Ticket, TicketStatus
from orders.models import Status


def headline(ticket: Ticket, party: Party) -> tuple[str, str]:
    """What happened, and what it means for this person: a title and a sentence."""
    title, text = ticket.type.headline(party)
    if title:
        order = ticket.order
        facts = {
            "type": ticket.type.name,
            "time": clock.day_time(ticket.order.promised_at),
            "what": ticket.order.summary,
        }
        if party == Party.CUSTOMER and ticket.type_id == OVERDUE.name and ticket.order.delivered_at:
            late = {"minutes": int(ticket.order.lateness().total_seconds() // 60)}
            return (
                _("Your order came %(minutes)s min late") % late,
                _("We are sorry for the wait. We look at what you get for it, and tell you here."),
            )
        if party == Party.CUSTOMER and order.status != Status.PLACED and _was_given_back(ticket):
            goes_on = order.is_live or order.delivered_at
            return _("Your courier could not come"), (
                _("Another courier has taken your order over. We ask the first one why; you need do nothing.")
                if goes_on
                else _("Your order has ended. We ask the courier why; you need do nothing.")
            )
        if party == Party.CUSTOMER and ticket.type_id == OVERDUE.name and order.has_new_promise:
            facts["first"] = clock.day_time(order.first_promised_at)
            if order.promised_at > clock.now():
                text = _("It was promised by %(first)s; the new time is %(time)s. We are sorry for the wait.")
            else:
                text = _(
                    "It was promised by %(first)s, then by %(time)s, and both have passed. We are sorry."
                )
            return _fill(title, facts), text % facts
        return _fill(title, facts), _fill(text, facts)
    facts = {"type": ticket.type.name}
    if ticket.reporter_id is not None and ticket.source == party:
        return _("You reported: %(type)s") % facts, _("We look into it and tell you each step here.")
    if party == Party.CUSTOMER:
        return _("About your order: %(type)s") % facts, _("We look into it and tell you each step here.")
    return _("About a job of yours: %(type)s") % facts, _("If you know more, tell us: you are heard first.")


def _was_given_back(ticket: Ticket) -> bool:
    """Whether it is about the courier of a job that is no longer theirs."""
    about_courier = ticket.type.group == ExceptionType.Group.COURIER
    return about_courier and ticket.leg is not None and ticket.leg.status == LegStatus.RELEASED


def _fill(text: str, facts: dict[str, str]) -> str:
    """Only these names are replaced: the text was written by an operator, and `str.format` would read attributes."""
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def doing(ticket: Ticket, party: Party) -> str:
    """What is being done right now."""
    status = ticket.status
    if status == TicketStatus.WAITING_PARTY:
        if ticket.asked_party == party:
            return _("We wait for your answer")
        if ticket.asked_party == Party.COURIER:
            return _("We have asked the courier and wait for the answer")
        return _("We have asked the customer and wait for the answer")
    return {
        TicketStatus.OPEN: _("Customer service has been alerted"),
        TicketStatus.REOPENED: _("Customer service looks at it again"),
        TicketStatus.WORKING: _("Customer service is handling it"),
        TicketStatus.PROPOSED: _("A solution is on the table"),
        TicketStatus.RESOLVED: _("Settled"),
        TicketStatus.CLOSED: _("Settled"),
        TicketStatus.MERGED: _("Handled together with another one"),
        TicketStatus.DISMISSED: _("Closed: nothing was wrong"),
    }[TicketStatus(status)]
