"""What dispatch does when an order moves. What it says to people is in dispatch.notices."""

from core import realtime
from core.outbox import on
from dispatch import services
from dispatch.models import Courier, Leg, Offer
from messaging.phone.services import end_bindings
from orders.models import Order


@on("orders.released")
def look_for_courier(event: dict) -> None:
    if leg := services.open_leg(order_pk=event["order"]):
        services.give_to_chosen(leg=leg)


@on("orders.bids_wanted")
def couriers_are_asked(event: dict) -> None:
    """The hall shows it at once."""
    order = Order.objects.only("no", "campus_id", "version").get(pk=event["order"])
    realtime.ring(f"hall.{order.campus_id}", "leg", id=order.no, v=order.version, status="open")


@on("orders.cancelled")
def order_cancelled(event: dict) -> None:
    services.cancel_legs(order_pk=event["order"])


@on(
    "dispatch.leg_done",
    "dispatch.leg_brought_back",
    "dispatch.leg_released",
    "dispatch.leg_cancelled",
    "dispatch.leg_withdrawn",
    "dispatch.leg_failed",
    "dispatch.leg_held",
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


@on("accounts.barred")
def person_barred(event: dict) -> None:
    services.stop_barred(user_pk=event["user"])


@on("dispatch.application_decided")
def photos_are_not_needed_any_more(event: dict) -> None:
    services.delete_documents()


@on(
    "dispatch.leg_assigned",
    "dispatch.leg_at_pickup",
    "dispatch.leg_picked_up",
    "dispatch.leg_at_dropoff",
    "dispatch.leg_done",
    "dispatch.leg_turned_back",
    "dispatch.leg_brought_back",
    "dispatch.leg_released",
    "dispatch.leg_withdrawn",
    "dispatch.leg_cancelled",
    "dispatch.leg_failed",
    "dispatch.leg_transferred",
)
def plan_moved(event: dict) -> None:
    if not event.get("courier"):
        return
    services.renew_etas([event["courier"]])
    # Whoever gave or took the job: the pages of those two learn that what they carry is another set now. The doorbell of
    # the leg cannot say it, as frames name no group, and the hall hears of everybody's.
    concerned = Courier.objects.filter(pk__in={event["courier"], event.get("giver")} - {None})
    for pk, user in concerned.values_list("pk", "user_id"):
        realtime.ring(f"user.{user}", "jobs", id=pk)


@on("dispatch.leg_cancelled", "dispatch.leg_held", "dispatch.leg_changed")
def offer_pointless(event: dict) -> None:
    """A job in an offer is over, or another one: what is left of it is open again, and the courier is told at once."""
    for offer in Offer.objects.filter(legs=event["leg"], status=Offer.Status.OPEN):
        services.withdraw_offer(offer=offer)
