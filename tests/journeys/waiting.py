"""What a journey waits for where no page says it."""

import time

from delivery.models import Leg
from orders.models import Order


def leg_of(order: Order, *, sequence: int = 1, seconds: float = 15) -> Leg:
    """The leg of a paid order. The site's own worker may be the one that makes it, and may not be done yet."""
    deadline = time.monotonic() + seconds
    while True:
        if leg := Leg.objects.filter(order=order, sequence=sequence).first():
            return leg
        assert time.monotonic() < deadline, f"{order.no} has no leg {sequence} after {seconds} s"
        time.sleep(0.05)
