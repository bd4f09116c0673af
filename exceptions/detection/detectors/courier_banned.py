"""A courier with jobs in hand is banned."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.outbox import on
from delivery.models import CARRIED, Leg
from exceptions.models import Ticket
from exceptions.tickets import services

TYPE = "courier_offline"


@on("couriers.courier_barred")
def courier_cannot_go_on(event: dict) -> None:
    """Who was banned sees their jobs no more: customer service brings each of them to its end."""
    with translation.override(settings.LANGUAGE_CODE):  # the description is kept
        description = _("The courier's account was barred.")
    legs = Leg.objects.filter(pk__in=event["legs"], courier=event["courier"], status__in=CARRIED)
    for leg in legs.select_related("courier__user", "order").order_by("pk"):
        services.report(
            order=leg.order, type=TYPE, source=Ticket.Source.EVENT, leg=leg, courier=leg.courier,
            description=description,
        )  # fmt: skip
