"""What delivery does when an order or a leg moves. What it says to people is in delivery.notices."""

from core import realtime
from core.events import subscribe
from couriers.models import Courier
from delivery import services
from delivery.events import (
    LegAssigned,
    LegAtDropoff,
    LegAtPickup,
    LegBroughtBack,
    LegCancelled,
    LegDone,
    LegEvent,
    LegFailed,
    LegHeld,
    LegPickedUp,
    LegReleased,
    LegTransferred,
    LegTurnedBack,
    LegWithdrawn,
    RescueBegun,
    RescueCollected,
    RescueEnded,
)
from delivery.models import Leg
from orders.events import (
    AddressChanged,
    OrderCancelled,
    OrderCompleted,
    OrderReturned,
    PromiseExtended,
    TipAdded,
)
from telephony.services import end_bindings


@subscribe(OrderCancelled)
def order_cancelled(event: OrderCancelled) -> None:
    """Cancel the legs."""
    services.cancel_legs(order_pk=event.order)


@subscribe(
    LegDone,
    LegBroughtBack,
    LegReleased,
    LegCancelled,
    LegWithdrawn,
    LegFailed,
    LegHeld,
)
def leg_over(event: LegEvent | LegHeld) -> None:
    """End the number bindings of a leg that is over."""
    end_bindings(leg_no=Leg.objects.values_list("no", flat=True).get(pk=event.leg))


@subscribe(OrderReturned, OrderCompleted)
def order_over(event: OrderReturned | OrderCompleted) -> None:
    """End the number bindings of all the order's legs, however they ended."""
    for no in Leg.objects.filter(order=event.order).values_list("no", flat=True):
        end_bindings(leg_no=no)


@subscribe(AddressChanged, PromiseExtended, TipAdded)
def order_changed(event: AddressChanged | PromiseExtended | TipAdded) -> None:
    """Copy what has changed onto the legs."""
    services.follow_order(order_pk=event.order)


@subscribe(
    LegAssigned,
    LegAtPickup,
    LegPickedUp,
    LegAtDropoff,
    LegDone,
    LegTurnedBack,
    LegBroughtBack,
    LegReleased,
    LegWithdrawn,
    LegCancelled,
    LegFailed,
    LegTransferred,
    RescueBegun,
    RescueCollected,
    RescueEnded,
)
def plan_moved(event: LegEvent) -> None:
    """Work out anew when a courier is where, and refresh the pages of those whose jobs have changed."""
    if event.courier is None:
        return
    others = {getattr(event, part, None) for part in ("giver", "taker")} - {None}
    services.renew_etas({event.courier, *others})
    # Whoever gave or took the job: the pages of those two learn that what they carry is another set now. The broadcast of
    # the leg cannot say it, as frames name no group, and the hall hears of everybody's.
    concerned = Courier.objects.filter(pk__in={event.courier, *others})
    for pk, user in concerned.values_list("pk", "user_id"):
        realtime.broadcast(f"user.{user}", "jobs", id=pk)
