"""Merged tickets: which one a duplicate goes on in, and which duplicates one leads."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from exceptions.models import Ticket, TicketStatus

_LOADED = ("type", "order", "order__customer", "courier__user", "reporter")


def lead_of(ticket: Ticket) -> Ticket:
    """The ticket in which it goes on: itself unless it was merged. One query for each merge on the way."""
    while ticket.status == TicketStatus.MERGED:
        ticket = Ticket.objects.select_related(*_LOADED, "assignee").get(pk=ticket.merged_into_id)
    return ticket


def duplicates_of(tickets: Iterable[Ticket]) -> list[Ticket]:
    """All that was merged into these, also by way of another. One query, and one more for each merge of merged ones."""
    found: list[Ticket] = []
    into = [ticket.pk for ticket in tickets]
    while into:
        level = list(Ticket.objects.filter(merged_into__in=into).select_related(*_LOADED).order_by("pk"))
        found += level
        into = [ticket.pk for ticket in level]
    return found


def cannot_merge(ticket: Ticket, into: Ticket) -> str:
    """Why the first cannot go on in the second; empty when it can."""
    if ticket.pk == into.pk:
        return _("A ticket cannot be merged into itself.")
    if not ticket.is_unresolved or not into.is_unresolved:
        return _("Only open tickets can be merged.")
    if ticket.campus_id != into.campus_id:
        return _("They are of two campuses.")
    if not is_related(ticket, into):
        return _("They have no order, customer or courier in common.")
    if ticket.severity < into.severity:
        return _("It is graver than that one: merge that one into it.")
    return ""


def is_related(one: Ticket, other: Ticket) -> bool:
    """Whether they can be about one problem: the same order, customer or courier."""
    return (
        one.order_id == other.order_id
        or one.order.customer_id == other.order.customer_id
        or (one.courier_id is not None and one.courier_id == other.courier_id)
    )
