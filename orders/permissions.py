"""Who may see an order, and what its customer may do with it now. Pages ask here before they draw a button; the
services ask again under the order's lock."""

from dataclasses import dataclass
from datetime import datetime

from django_fsm import can_proceed

from accounts.permissions import is_operator
from core import clock
from orders.current_leg import CurrentLeg
from orders.models import FINAL, History, Order, Photo, Status
from orders.services.amendments import HURRIED, URGE_AGAIN
from orders.services.tipping import may_tip


@dataclass(frozen=True)
class Allowed:
    """The customer's buttons. `urge_from` is when asking to hurry is open again (None: now)."""

    pay: bool
    cancel: bool
    confirm: bool
    urge: bool
    urge_from: datetime | None
    change_address: bool
    tip: bool
    show_code: bool
    report: bool
    again: bool

    @property
    def anything_in_bar(self) -> bool:
        return any(
            (
                self.pay,
                self.confirm,
                self.urge,
                self.change_address,
                self.tip,
                self.show_code,
                self.report,
                self.again,
            )
        )


def allowed(order: Order, now: datetime | None = None, leg: CurrentLeg | None = None) -> Allowed:
    """What the customer of `order` may do with it in its present state, on this leg of its way: nobody asks for the
    receiving code who goes to a relay station."""
    now = now or clock.now()
    urge_from = order.urged_at + URGE_AGAIN if order.urged_at else None
    return Allowed(
        pay=can_proceed(order.pay),
        cancel=can_proceed(order.cancel),
        confirm=can_proceed(order.complete),
        urge=order.status in HURRIED,
        urge_from=urge_from if urge_from and urge_from > now else None,
        # The couriers' prices are for this door.
        change_address=order.status in (Status.PENDING_PAYMENT, Status.PLACED, Status.ACCEPTED)
        and not (order.bids_until and order.status == Status.PENDING_PAYMENT),
        tip=may_tip(order, now),
        show_code=order.status in (Status.ACCEPTED, Status.PICKED_UP, Status.AT_RELAY)
        and (leg is None or (leg.has_courier and not leg.to_station)),
        report=order.placed_at is not None and order.status != Status.CANCELLED,
        again=order.status in FINAL,
    )


def holder_id(order: Order) -> int | None:
    """The id of the person who carries the order now, or carried it to the door. The history knows."""
    last = (
        order.history.filter(machine="order", action__in=["accept", "take_over", "unassign"])
        .order_by("-at", "-id")
        .values_list("action", "actor_id")
        .first()
    )
    return last[1] if last and last[0] != "unassign" else None


def may_see_photo(user, photo: Photo) -> bool:
    """The customer, the campus's operators, who took it, and who carries the order while it is under way. How it lay
    on a shared shelf the customer sees when it is over, or the goods are in their hands."""
    order = photo.order
    if user.pk == photo.by_id or is_operator(user, order.campus_id):
        return True
    if user.pk == order.customer_id:
        return photo.purpose != Photo.Purpose.HANDOVER or order.delivered_at is not None or order.is_final
    return order.status not in FINAL and holder_id(order) == user.pk


# The present courier is on the way (again), or there is none.
_AWAY = {
    ("leg", "take_back_arrival"),
    ("leg", "await_rescue"),
    *(("order", action) for action in ("accept", "unassign", "pick_up", "reach_relay", "take_over")),
}


def leg_stage(entries: list[History]) -> str:
    """How far the present courier is beyond the order's own state, as the history (oldest first) tells it:
    "arrive_at_pickup", "arrive_at_dropoff" or ""."""
    stage = ""
    for entry in entries:
        if entry.machine == "leg" and entry.action in ("arrive_at_pickup", "arrive_at_dropoff"):
            stage = entry.action
        elif (entry.machine, entry.action) in _AWAY:
            stage = ""
    return stage
