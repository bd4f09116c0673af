"""What a ticket's duplicates have of what happens to it, and it of what comes from their people."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.events import subscribe
from exceptions.events import TicketChanged, TicketLogged, TicketReopened, TicketResolved
from exceptions.models import PENDING, News, Party, Ticket, TicketEvent, TicketStatus
from exceptions.tickets.lifecycle import (
    after_settlement,
    audience_of,
    lock_ticket,
    lock_tickets,
    mark_news,
    people,
    save_transition,
)
from exceptions.tickets.merges import duplicates_of, lead_of


def _entry(event: TicketLogged) -> TicketEvent:
    return TicketEvent.objects.select_related(
        "ticket__type", "ticket__order__customer", "ticket__courier__user", "ticket__reporter"
    ).get(pk=event.entry)


@contextmanager
def _locked_with_duplicates(lead: Ticket) -> Iterator[tuple[Ticket, list[Ticket]]]:
    """A ticket and what is merged into it, those before by way of which others are; all locked in one order at once."""
    with lock_tickets(lead.pk, *(one.pk for one in duplicates_of([lead]))) as (leading, *found):
        led, merged = {leading.pk}, []
        for ticket in found:  # unless it was split off since it was looked up
            if ticket.merged_into_id in led:
                led.add(ticket.pk)
                merged.append(ticket)
        yield leading, merged


@subscribe(TicketResolved)
def settle_duplicates(event: TicketResolved) -> None:
    """Settle what was merged into the ticket, and tell those of its people who do not hear of it by the ticket itself."""
    with _locked_with_duplicates(_entry(event).ticket) as (lead, merged):
        if lead.resolved_at is None:
            return  # reopened since: that is told next
        for ticket in merged:
            if ticket.resolved_at is None:
                ticket.resolved_at = ticket.closed_at = lead.resolved_at
                save_transition(ticket, "lead_settled", data={"no": lead.no}, audience=_untold(ticket, lead))
                after_settlement(ticket)


@subscribe(TicketReopened)
def reopen_duplicates(event: TicketReopened) -> None:
    """What was merged into the ticket is unsettled again with it, unless its order has another ticket of the type by now."""
    with _locked_with_duplicates(_entry(event).ticket) as (lead, merged):
        if lead.resolved_at is not None:
            return
        for ticket in merged:
            same = Ticket.objects.filter(PENDING, order=ticket.order_id, type=ticket.type_id)
            if ticket.resolved_at is not None and not same.exists():
                ticket.resolved_at = ticket.closed_at = None
                save_transition(ticket, "lead_reopened", data={"no": lead.no}, audience=_untold(ticket, lead))


@subscribe(TicketChanged)
def pass_on(event: TicketChanged) -> None:
    """Tell the people of a ticket's duplicates of a new time that it was promised anew for, and mark on a ticket what has come
    from the people of a duplicate."""
    entry = _entry(event)
    if entry.kind == "promise_missed":
        _promise_too(entry)
    elif (
        entry.kind in News.values and entry.role != "operator" and entry.ticket.status == TicketStatus.MERGED
    ):
        with lock_ticket(lead_of(entry.ticket).pk) as lead:
            if lead.is_unresolved:
                mark_news(lead, entry.kind)


def _promise_too(entry: TicketEvent) -> None:
    if entry.ticket.status == TicketStatus.MERGED:
        return
    with _locked_with_duplicates(entry.ticket) as (lead, merged):
        for ticket in merged:
            if ticket.resolved_at is None:
                ticket.news_by = lead.news_by
                data = entry.data | {"with": lead.no}
                save_transition(ticket, "promise_missed", data=data, audience=_untold(ticket, lead))


def _untold(ticket: Ticket, lead: Ticket) -> str:
    """The audience of those whom the ticket is told to and its lead is not."""
    told = {user.pk for _party, user in people(lead)}
    return audience_of({Party(party) for party, user in people(ticket) if user.pk not in told})
