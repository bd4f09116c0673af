"""A courier gives a job back after the free minute."""

from core.events import subscribe
from delivery.events import LegReleased
from delivery.models import Leg
from exceptions.detection.detectors.courier_cancelled.detector import TYPE
from exceptions.models import Ticket
from exceptions.tickets import services


@subscribe(LegReleased)
def courier_gave_back(event: LegReleased) -> None:
    """Open a ticket past the free minute: the courier is asked why, the customer is told."""
    if event.free:
        return
    leg = Leg.objects.select_related("courier__user", "order").get(pk=event.leg)
    if Ticket.objects.filter(type=TYPE, leg=leg).exists():
        return  # the event is delivered again
    services.report(
        order=leg.order,
        type=TYPE,
        source=Ticket.Source.EVENT,
        leg=leg,
        courier=leg.courier,
        data={"reason": event.reason},
    )
