"""Watching the way of every job in hand, which is another one after each stop."""

from core import clock
from core.db import for_update
from core.events import subscribe
from delivery.events import (
    LegAssigned,
    LegDone,
    LegEvent,
    LegPickedUp,
    LegReleased,
    LegTransferred,
    LegTurnedBack,
    LegWithdrawn,
    RescueBegun,
    RescueCollected,
    RescueEnded,
)
from delivery.models import CARRIED, Leg
from exceptions.detection import watching
from exceptions.detection.detectors.courier_off_route.query import NAME
from exceptions.detection.detectors.courier_off_route.route import way_of
from exceptions.detection.judging import LOOK
from orders.models import Order

# A courier has it who had it not.
NEW = (LegAssigned, LegTransferred, RescueBegun, RescueEnded)


@subscribe(*NEW, LegPickedUp, LegDone, LegReleased, LegWithdrawn, LegTurnedBack, RescueCollected)
def plan_changed(event: LegEvent) -> None:
    """Watch each job that the courier has in hand now along the ways of the new plan."""
    held = Leg.objects.filter(courier=event.courier, status__in=CARRIED)
    # All at once and in one order, before the first watch is touched: see `watching.begin`.
    list(for_update(Order.objects.filter(pk__in=held.values("order"))))
    way = None
    for leg in held.select_related("courier__user", "campus", "pickup", "dropoff").order_by("pk"):
        if leg.courier is not None:
            way = way_of(leg.courier, leg) if way is None else way
            data = {"way": way} if way else {}
            if isinstance(event, NEW) or not watching.renew(NAME, leg, data):
                watching.begin(NAME, leg, clock.now() + LOOK, data)
