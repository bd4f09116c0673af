"""Tells delivery which orders one courier carries all the way (delivery.services.opening)."""

from delivery.services.opening import goes_direct
from dispatch.models import Bid
from orders.models import Order


@goes_direct
def is_chosen_for_price(order: Order) -> bool:
    """Who was chosen for their price carries it all the way: they may enter, and the price is theirs alone."""
    return order.bids.filter(status=Bid.Status.CHOSEN).exists()
