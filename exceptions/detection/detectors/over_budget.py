"""The customer does not agree to pay more than their budget."""

from core.outbox import on
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Order

TYPE = "over_budget"


@on("orders.over_budget_answered")
def over_budget_declined(event: dict) -> None:
    """The courier stands in the shop with a no: somebody has to help."""
    order = Order.objects.get(pk=event["order"])
    if not event.get("agreed") and order.is_live:
        services.report(order=order, type=TYPE, source=Ticket.Source.EVENT)
