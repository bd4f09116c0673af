"""What starts an escalation besides a clock, and what follows when one has stopped."""

from accounts.models import User
from core.events import subscribe
from exceptions.escalation.models import Escalation
from exceptions.escalation.projection import ESCALATED, key_prefix
from exceptions.escalation.services import start_grave
from exceptions.events import EscalationStopped, TicketReopened, TicketsOpened
from exceptions.library.models import ExceptionType
from exceptions.tickets.models import Ticket, TicketEvent
from notifications.services import mark_read_by_key


@subscribe(TicketsOpened)
def escalate_opened(event: TicketsOpened) -> None:
    """Start escalating those that are a matter of safety."""
    grave = Ticket.objects.filter(pk__in=event.tickets, severity=ExceptionType.Severity.SAFETY)
    for pk in list(grave.order_by("order", "pk").values_list("pk", flat=True)):
        start_grave(pk)


@subscribe(TicketReopened)
def escalate_reopened(event: TicketReopened) -> None:
    """Start escalating it anew if it is a matter of safety."""
    start_grave(event.ticket)


@subscribe(EscalationStopped)
def withdraw_notices(event: EscalationStopped) -> None:
    """Mark what people were told by it as read: what waits for the morning is not sent any more."""
    escalation = Escalation.objects.get(pk=event.escalation)
    told = TicketEvent.objects.filter(
        ticket=escalation.ticket_id, kind=ESCALATED, pk__gt=escalation.after_entry
    )
    reached = {person["id"] for entry in told for person in entry.data["reached"]}
    for user in User.objects.filter(pk__in=reached):
        mark_read_by_key(user=user, key_prefix=key_prefix(escalation))
