"""A refund has failed for good."""

from core.outbox import on
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Order
from payments.models import Refund

TYPE = "refund_stuck"


@on("payments.refund_failed")
def refund_failed(event: dict) -> None:
    refund = Refund.objects.get(pk=event["refund"])
    order = Order.objects.filter(no=event["ref"]).first()
    if order and refund.status != Refund.Status.DONE:
        services.report(order=order, type=TYPE, source=Ticket.Source.EVENT)
