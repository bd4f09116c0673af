"""Telling the operators, who see where the goods should be."""

from core.events import subscribe
from delivery.events import ScannedElsewhere
from delivery.models import Leg, RelayStation
from exceptions.detection.detectors.wrong_station.detector import TYPE
from exceptions.models import Ticket
from exceptions.tickets import services


@subscribe(ScannedElsewhere)
def scanned_elsewhere(event: ScannedElsewhere) -> None:
    """Open a ticket: the courier has been told as well which station it is."""
    leg = Leg.objects.select_related("order", "courier__user", "relay__place").get(pk=event.leg)
    station = RelayStation.objects.select_related("place").get(pk=event.station)
    if leg.is_carried and leg.relay is not None:
        services.report(
            order=leg.order, type=TYPE, source=Ticket.Source.EVENT, leg=leg, courier=leg.courier,
            description=f"{station.place.name} ≠ {leg.relay.place.name}",
            data={"station": station.place.name, "belongs": leg.relay.place.name},
        )  # fmt: skip
