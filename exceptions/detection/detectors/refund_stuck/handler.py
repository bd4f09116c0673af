"""A refund has failed for good."""

from core.events import subscribe
from exceptions.detection.detectors.refund_stuck.detector import TYPE
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Order
from payments.events import RefundFailed
from payments.models import Refund


@subscribe(RefundFailed)
def refund_failed(event: RefundFailed) -> None:
    """Open a ticket about the order."""
    refund = Refund.objects.get(pk=event.refund)
    order = Order.objects.filter(no=event.ref).first()
    if order and refund.status != Refund.Status.DONE:
        services.report(order=order, type=TYPE, source=Ticket.Source.EVENT)
