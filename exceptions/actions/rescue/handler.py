"""What its ticket hears when nobody fetches the goods after all."""

from core.events import subscribe
from delivery.events import RescueEnded
from delivery.models import Rescue
from exceptions.actions.base import name_of
from exceptions.models import Ticket, TicketEvent
from exceptions.tickets import services
from exceptions.tickets.lifecycle import lock_ticket, save_transition


@subscribe(RescueEnded)
def nobody_fetches_it(event: RescueEnded) -> None:
    """Write it into the ticket that it was sent from, or a new one of its type if that is settled. What an operator called
    off stands there."""
    if event.by_operator:
        return
    rescue = Rescue.objects.select_related("leg__courier__user", "giver__courier__user").get(pk=event.rescue)
    sent = TicketEvent.objects.filter(
        ticket__order=event.order, kind="rescue", data__leg=rescue.leg.no
    ).first()
    if sent is None:
        return
    names = {
        "courier": name_of(rescue.leg.courier),
        "before": name_of(rescue.giver.courier),
        "outcome": event.outcome,
    }
    with lock_ticket(sent.ticket_id) as ticket:
        if ticket.is_pending:
            save_transition(ticket, "unrescued", role="courier", text=rescue.words, data=names)
            return
        services.report(
            order=ticket.order, type=ticket.type, source=Ticket.Source.EVENT, leg=rescue.giver,
            courier=rescue.giver.courier, description=rescue.words, data=names,
        )  # fmt: skip
