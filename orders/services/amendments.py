"""What customer and operator may change on the way."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Actor, User
from core import clock
from core.errors import NotAllowed, TooLate, WrongState
from orders.events import OrderUrged, PromiseExtended
from orders.lifecycle import lock_order, save_transition
from orders.models import Order, Status

URGE_AGAIN = timedelta(minutes=3)
# There is a courier who can be asked to hurry.
HURRIED = (Status.ACCEPTED, Status.PICKED_UP)


def urge(*, order: Order, actor: User) -> Order:
    """Ask the courier to hurry; again after three minutes."""
    with lock_order(order.pk) as order:
        if order.customer_id != actor.pk:
            raise NotAllowed
        if order.status not in HURRIED:
            raise WrongState(_("No courier has it just now."))
        now = clock.now()
        if order.urged_at and now < order.urged_at + URGE_AGAIN:
            wait = order.urged_at + URGE_AGAIN - now
            raise TooLate(
                _("You have just asked. You can ask again in %(minutes)s min.")
                % {"minutes": -(-wait // timedelta(minutes=1))}
            )
        order.urged_at = now
        save_transition(order, "urge", actor=actor, role="customer", event=OrderUrged)
    return order


def extend_promise(
    *, order: Order, minutes: int, actor: Actor, reason: str = "", excused: bool = False
) -> Order:
    """Promise a later time, counted from the later of the old promise and now, and set the alarm to it.

    The first promise stays, and lateness counts from there: only where nobody could help it, or the customer wished it
    (`excused`), do these minutes not count. Call it with the order's lock held or not: it takes the lock itself.
    """
    with lock_order(order.pk) as order:
        if not order.is_live:
            raise WrongState
        now = clock.now()
        order.promised_at = max(order.promised_at, now) + timedelta(minutes=minutes)
        if excused:
            order.late_from += timedelta(minutes=minutes)
        if order.status != Status.RETURNING:  # what goes back is late for nobody's door
            order.promise_due_at = order.promised_at
        order.stage_due_at = max(order.stage_due_at or now, now) + timedelta(minutes=minutes)
        save_transition(
            order, "extend", actor=actor, role="operator", reason=reason, event=PromiseExtended,
            data={"minutes": minutes},
        )  # fmt: skip
    return order


def restore_promise(
    *, order: Order, promised_at: datetime, late_from: datetime, stage_due_at: datetime | None, actor: Actor
) -> Order:
    """Take an extension back: the times are again what they were before it."""
    with lock_order(order.pk) as order:
        if not order.is_live:
            raise WrongState
        order.promised_at, order.late_from = promised_at, late_from
        if order.status != Status.RETURNING:
            order.promise_due_at = promised_at
        order.stage_due_at = stage_due_at
        save_transition(order, "restore_promise", actor=actor, role="operator")
    return order
