"""Counting the offers that nobody took."""

from core.events import subscribe
from delivery.models import Leg, LegStatus
from dispatch.events import OfferNotAccepted
from dispatch.models import Offer
from exceptions.detection import thresholds
from exceptions.detection.detectors.offers_unanswered.detector import TYPE
from exceptions.detection.detectors.offers_unanswered.settings import UNANSWERED_OFFERS
from exceptions.detection.detectors.stalled.query import STALLED
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Status

# Who waits too long for a courier is known already: the same search needs no second ticket.
LONG = STALLED.types[Status.PLACED]
IN_VAIN = (Offer.Status.EXPIRED, Offer.Status.REFUSED)


@subscribe(OfferNotAccepted)
def nobody_took_it(event: OfferNotAccepted) -> None:
    """Open a ticket for each job of the offer that was offered so often and that nobody has."""
    legs = Leg.objects.filter(pk__in=event.legs, status__in=[LegStatus.OPEN, LegStatus.OFFERED])
    for leg in legs.select_related("order").order_by("pk"):
        count = Offer.objects.filter(legs=leg, status__in=IN_VAIN).count()
        enough = thresholds.value("offers_unanswered", UNANSWERED_OFFERS, leg.campus_id)
        known = Ticket.objects.filter(
            order=leg.order, type__in=[TYPE, LONG], opened_at__gte=leg.opened_at or leg.created_at
        )
        if count >= enough and not known.exists():
            services.report(
                order=leg.order, type=TYPE, source=Ticket.Source.EVENT, leg=leg, data={"offers": count}
            )
