"""Left at the door, says the courier, whose phone was somewhere else."""

from core.events import subscribe
from delivery.events import DeliveredFarAway
from delivery.models import Leg
from delivery.services.proximity import describe
from exceptions.detection.detectors.fake_delivery.detector import TYPE
from exceptions.models import Ticket
from exceptions.tickets import services


@subscribe(DeliveredFarAway)
def delivered_far_away(event: DeliveredFarAway) -> None:
    """Open a ticket: it asks the customer, and holds the pay until they have confirmed or it was ruled."""
    leg = Leg.objects.select_related("order", "courier").get(pk=event.leg)
    services.report(
        order=leg.order,
        type=TYPE,
        source=Ticket.Source.EVENT,
        leg=leg,
        courier=leg.courier,
        description=f"{event.metres} m · {leg.dropoff.label} · {describe(event.reason)}",
        data={"metres": event.metres},
    )
