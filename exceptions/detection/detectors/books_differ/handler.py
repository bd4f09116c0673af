"""The books differ from a gateway's bill."""

from django.conf import settings
from django.utils import translation

from core.events import subscribe
from core.money import yuan
from exceptions.detection.detectors.books_differ.detector import TYPE, TYPES
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Order
from payments.events import DiscrepancyFound
from payments.models import Discrepancy


@subscribe(DiscrepancyFound)
def discrepancy_found(event: DiscrepancyFound) -> None:
    """Open a ticket about the order that it concerns. (Finance sees every finding.)"""
    order = Order.objects.filter(no=event.ref).first() if event.ref else None
    discrepancy = Discrepancy.objects.get(pk=event.discrepancy)
    if order is None or discrepancy.status != Discrepancy.Status.OPEN:
        return
    with translation.override(settings.LANGUAGE_CODE):  # the description is kept
        description = f"{discrepancy} ({yuan(discrepancy.fen, sign=True)})"
    services.report(
        order=order,
        type=TYPES.get(event.kind, TYPE),
        source=Ticket.Source.EVENT,
        description=description,
    )
