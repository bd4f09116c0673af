"""What its ticket hears when the provider does not take the answer."""

from core.events import subscribe
from exceptions.models import Ticket, TicketEvent
from exceptions.tickets import services
from exceptions.tickets.lifecycle import lock_ticket, save_transition
from payments.events import ComplaintReplyFailed
from payments.models import ComplaintReply


@subscribe(ComplaintReplyFailed)
def answer_not_taken(event: ComplaintReplyFailed) -> None:
    """Write it into the ticket that it was sent from, or a new one of its type if that is settled."""
    reply = ComplaintReply.objects.select_related("complaint").get(pk=event.reply)
    sent = TicketEvent.objects.filter(kind="answer_complaint", data__reply=reply.pk).first()
    if sent is None:
        return
    facts = {"gateway": reply.complaint.gateway, "no": reply.complaint.no}
    with lock_ticket(sent.ticket_id) as ticket:
        if ticket.is_unresolved:
            save_transition(ticket, "unsent", text=reply.error, data=facts)
            return
        services.report(
            order=ticket.order,
            type=ticket.type,
            source=Ticket.Source.EVENT,
            description=reply.words,
            data=facts,
        )
