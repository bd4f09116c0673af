"""The books differ from a gateway's bill."""

from django.conf import settings
from django.utils import translation

from core.money import yuan
from core.outbox import on
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Order
from payments.models import Finding

# By the kind of mismatch; any other is a mismatch of the ledger.
TYPES = {"stuck_payment": "payment_stuck", "stuck_refund": "refund_stuck"}
TYPE = "ledger_mismatch"


@on("payments.mismatch_found")
def mismatch_found(event: dict) -> None:
    """Finance sees every finding; the order that it concerns gets a ticket."""
    order = Order.objects.filter(no=event["ref"]).first() if event["ref"] else None
    finding = Finding.objects.get(pk=event["finding"])
    if order is None or finding.status != Finding.Status.OPEN:
        return
    with translation.override(settings.LANGUAGE_CODE):  # the description is kept
        description = f"{finding} ({yuan(finding.fen, sign=True)})"
    services.report(
        order=order,
        type=TYPES.get(event["kind"], TYPE),
        source=Ticket.Source.EVENT,
        description=description,
    )
