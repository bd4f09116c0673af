"""Watching what was booked for a time."""

from datetime import timedelta

from core import clock
from core.events import subscribe
from exceptions.detection import watching
from exceptions.detection.detectors.scheduled_unstaffed.query import NAME
from orders.events import OrderEvent, OrderPlaced, OrderUnassigned
from orders.models import Order

# The query knows the campus's own figure: it is asked early enough for the largest one, and says when again.
EARLIEST = timedelta(minutes=120)


@subscribe(OrderPlaced, OrderUnassigned)
def courier_is_looked_for(event: OrderEvent) -> None:
    """Watch the order until its time comes near."""
    order = Order.objects.get(pk=event.order)
    if order.window_start is not None:
        watching.begin_order(NAME, order, max(clock.now(), order.window_start - EARLIEST))
