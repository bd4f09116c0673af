"""A customer has complained at the provider by which they paid."""

from core.events import subscribe
from exceptions.detection.detectors.payment_complaint.detector import TYPE
from exceptions.models import UNRESOLVED, Ticket
from exceptions.tickets import services
from orders.models import Order
from payments.events import ComplaintEnded, ComplaintOpened
from payments.models import Complaint


@subscribe(ComplaintOpened)
def complaint_opened(event: ComplaintOpened) -> None:
    """Open a ticket about the order, on behalf of its customer and with the provider's deadlines. (Of what belongs to no
    order finance is told.)"""
    order = Order.objects.select_related("customer").filter(no=event.ref).first() if event.ref else None
    complaint = Complaint.objects.get(pk=event.complaint)
    if order is None or complaint.is_over or complaint.answer_by is None or complaint.due_at is None:
        return
    services.report(
        order=order,
        type=TYPE,
        source=Ticket.Source.EVENT,
        description=complaint.words,
        data={"gateway": complaint.gateway, "no": complaint.no},
        on_behalf_of=order.customer,
        deadlines=(complaint.answer_by, complaint.due_at),
    )


@subscribe(ComplaintEnded)
def complaint_ended(event: ComplaintEnded) -> None:
    """Resolve the order's ticket once no complaint about it is open any more."""
    if not event.ref or any(not one.is_over for one in Complaint.objects.filter(payment__ref=event.ref)):
        return
    for ticket in Ticket.objects.filter(order__no=event.ref, type=TYPE, status__in=UNRESOLVED):
        services.resolve(ticket=ticket, actor=None, resolution="complaint_over")
