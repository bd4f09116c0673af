"""What a visitor of the demo may do to time."""

from datetime import timedelta

from accounts.models import Actor
from core import clock
from core.errors import WrongState
from delivery import services as delivery
from orders.lifecycle import lock_order, save_transition
from orders.models import Order


def run_late(*, order: Order, actor: Actor) -> Order:
    """Move the order's promise to five seconds from now, so that its deadline can be watched passing."""
    with lock_order(order.pk) as order:
        if not order.is_live:
            raise WrongState
        order.promised_at = order.promise_due_at = clock.now() + timedelta(seconds=5)
        order.begin_promise()  # the visitor plays with the clock: nothing was promised anew
        save_transition(order, "demo_late", actor=actor, role="visitor")
    delivery.follow_order(order_pk=order.pk)  # its courier reads the same time
    return order
