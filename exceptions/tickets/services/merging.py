"""Duplicates of one problem: one of two tickets goes on in the other, and can be split off again as if it never had.

What comes from the people of a merged ticket is written into its own log and marked on the one that leads it
(`exceptions.tickets.duplicates`); so that after a split each has what is its own.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import HANDLERS
from core.errors import WrongState
from exceptions.models import PENDING, Ticket, TicketStatus
from exceptions.tickets.lifecycle import audience_of, lock_tickets, people, require_operator, save_transition
from exceptions.tickets.merges import cannot_merge


def merge(*, ticket: Ticket, into: Ticket, actor: User) -> Ticket:
    """Let a duplicate go on in another ticket. Again changes nothing. Raises WrongState with the reason where it cannot.

    Its clocks stop, its people are told with the other one's; whoever was asked something is waited for no longer.
    """
    with lock_tickets(ticket.pk, into.pk) as (ticket, into):
        require_operator(ticket, actor, *HANDLERS)
        if ticket.merged_into_id == into.pk:
            return ticket
        if reason := cannot_merge(ticket, into):
            raise WrongState(reason)
        before = {
            "status": ticket.status,
            "asked_party": ticket.asked_party,
            "answer_by": ticket.answer_by and ticket.answer_by.isoformat(),
        }
        ticket.merge(into)
        audience = audience_of({party for party, _user in people(ticket)})
        data = {"into": into.no, "before": before}
        save_transition(ticket, "merged", actor=actor, role="operator", data=data, audience=audience)
        carried = ticket.news if not into.news else ""
        into.news = into.news or ticket.news
        data = {"no": ticket.no, "order": ticket.order.no, "news": carried}
        save_transition(into, "duplicate_joined", actor=actor, role="operator", data=data)
    return ticket


def split(*, ticket: Ticket, actor: User) -> Ticket:
    """Undo a merge: the ticket is as it was before, its clocks worked out from its log as if it had never been merged.

    Again changes nothing. Raises WrongState where the order has another open ticket of the type by now.
    """
    lead_pk = Ticket.objects.values_list("merged_into", flat=True).get(pk=ticket.pk)
    with lock_tickets(ticket.pk, *([lead_pk] if lead_pk else [])) as (ticket, *leads):
        require_operator(ticket, actor, *HANDLERS)
        if ticket.status != TicketStatus.MERGED:
            return ticket
        if ticket.merged_into_id != lead_pk:  # split and merged elsewhere since it was looked up
            raise WrongState
        same = Ticket.objects.filter(PENDING, order=ticket.order_id, type=ticket.type_id).exclude(
            pk=ticket.pk
        )
        if other := same.first():
            raise WrongState(_("It is being handled already in ticket %(no)s.") % {"no": other.no})
        [lead] = leads
        before = ticket.events.filter(kind="merged").latest("pk").data["before"]
        answer_by = before["answer_by"] and datetime.fromisoformat(before["answer_by"])
        ticket.split(status=before["status"], asked_party=before["asked_party"], answer_by=answer_by)
        audience = audience_of({party for party, _user in people(ticket)})
        save_transition(
            ticket, "split", actor=actor, role="operator", data={"from": lead.no}, audience=audience
        )
        _take_back_news(lead, ticket)
        save_transition(lead, "duplicate_left", actor=actor, role="operator", data={"no": ticket.no})
    return ticket


def _take_back_news(lead: Ticket, ticket: Ticket) -> None:
    """The mark that the duplicate brought along goes with it, unless something has come since that would set it too."""
    joined = lead.events.filter(kind="duplicate_joined", data__no=ticket.no).latest("pk")
    carried = joined.data["news"]
    if carried and lead.news == carried and not lead.events.filter(pk__gt=joined.pk, kind=carried).exists():
        lead.news = ""
