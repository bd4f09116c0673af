"""What delivery does when an order or a leg moves. What it says to people is in delivery.notices."""

from core import realtime
from core.outbox import on
from couriers.models import Courier
from delivery import services
from delivery.models import Leg
from telephony.services import end_bindings


@on("orders.cancelled")
def order_cancelled(event: dict) -> None:
    services.cancel_legs(order_pk=event["order"])


@on(
    "delivery.leg_done",
    "delivery.leg_brought_back",
    "delivery.leg_released",
    "delivery.leg_cancelled",
    "delivery.leg_withdrawn",
    "delivery.leg_failed",
    "delivery.leg_held",
)
def leg_over(event: dict) -> None:
    """The two have nothing to say to each other any more."""
    end_bindings(leg_no=Leg.objects.values_list("no", flat=True).get(pk=event["leg"]))


@on("orders.returned", "orders.completed")
def order_over(event: dict) -> None:
    """However the legs ended."""
    for no in Leg.objects.filter(order=event["order"]).values_list("no", flat=True):
        end_bindings(leg_no=no)


@on("orders.address_changed", "orders.promise_extended", "orders.tip_added")
def order_changed(event: dict) -> None:
    services.follow_order(order_pk=event["order"])


@on(
    "delivery.leg_assigned",
    "delivery.leg_at_pickup",
    "delivery.leg_picked_up",
    "delivery.leg_at_dropoff",
    "delivery.leg_done",
    "delivery.leg_turned_back",
    "delivery.leg_brought_back",
    "delivery.leg_released",
    "delivery.leg_withdrawn",
    "delivery.leg_cancelled",
    "delivery.leg_failed",
    "delivery.leg_transferred",
)
def plan_moved(event: dict) -> None:
    if not event.get("courier"):
        return
    services.renew_etas([event["courier"]])
    # Whoever gave or took the job: the pages of those two learn that what they carry is another set now. The broadcast of
    # the leg cannot say it, as frames name no group, and the hall hears of everybody's.
    concerned = Courier.objects.filter(pk__in={event["courier"], event.get("giver")} - {None})
    for pk, user in concerned.values_list("pk", "user_id"):
        realtime.broadcast(f"user.{user}", "jobs", id=pk)
