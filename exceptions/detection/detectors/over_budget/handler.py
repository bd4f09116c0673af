"""The customer does not agree to pay more than their budget."""

from core.events import subscribe
from exceptions.detection.detectors.over_budget.detector import TYPE
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.events import OverBudgetAnswered
from orders.models import Order


@subscribe(OverBudgetAnswered)
def over_budget_declined(event: OverBudgetAnswered) -> None:
    """Open a ticket if it was a no: the courier stands in the shop, and somebody has to help."""
    order = Order.objects.get(pk=event.order)
    if not event.agreed and order.is_live:
        services.report(order=order, type=TYPE, source=Ticket.Source.EVENT)
