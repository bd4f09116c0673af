"""A courier with jobs in hand is banned."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.events import subscribe
from couriers.events import CourierBanned
from delivery.models import CARRIED, Leg
from exceptions.detection.detectors.courier_banned.detector import TYPE
from exceptions.models import Ticket
from exceptions.tickets import services


@subscribe(CourierBanned)
def courier_cannot_go_on(event: CourierBanned) -> None:
    """Open a ticket for each job in hand: its courier sees it no more."""
    with translation.override(settings.LANGUAGE_CODE):  # the description is kept
        description = _("The courier's account was barred.")
    legs = Leg.objects.filter(pk__in=event.legs, courier=event.courier, status__in=CARRIED)
    for leg in legs.select_related("courier__user", "order").order_by("pk"):
        services.report(
            order=leg.order, type=TYPE, source=Ticket.Source.EVENT, leg=leg, courier=leg.courier,
            description=description,
        )  # fmt: skip
