"""How long a customer waits for somebody to accept: then the order is cancelled by itself and all that was paid comes back."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from orders.lifecycle import lock_order, save_transition
from orders.models import GIVE_UP_MINUTES, Order
from orders.services.cancelling import cancel_order


def set_patience(*, order: Order, actor: User, minutes: int | None) -> Order:
    """Wait for so many minutes from now, one of `GIVE_UP_MINUTES`, or (None) as long as it takes. The customer's wish, while
    a courier is looked for; raises WrongState at any other time."""
    if minutes is not None and minutes not in GIVE_UP_MINUTES:
        raise Invalid(_("Choose one of the times."))
    with lock_order(order.pk) as order:
        if order.customer_id != actor.pk:
            raise NotAllowed
        if not order.is_looked_for:
            raise WrongState(_("Somebody has accepted it, or it is closed."))
        order.give_up_minutes = minutes
        order.begin_search()
        save_transition(order, "set_patience", actor=actor, role="customer", data={"minutes": minutes or 0})
    return order


def cancel_unaccepted(now: datetime | None = None) -> int:
    """Beat: cancel what nobody has accepted in the time that its customer gave. Returns how many."""
    now = now or clock.now()
    due = Order.objects.filter(give_up_at__lte=now).order_by("give_up_at").values_list("pk", flat=True)
    count = 0
    for pk in list(due[:200]):
        with lock_order(pk) as order:
            if order.is_looked_for and order.give_up_at and order.give_up_at <= now:
                cancel_order(order=order, actor=None, role="system", reason="nobody_came", free=True)
                count += 1
    return count
