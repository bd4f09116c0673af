"""What dispatch does when an order, a leg or a courier changes. What it says to people is in dispatch.notices."""

from core import realtime
from core.outbox import on
from delivery import services as delivery
from dispatch import services
from dispatch.models import Offer
from orders.models import Order


@on("orders.released")
def look_for_courier(event: dict) -> None:
    if leg := delivery.open_leg(order_pk=event["order"]):
        services.give_to_chosen(leg=leg)


@on("orders.bids_wanted")
def couriers_are_asked(event: dict) -> None:
    """The hall shows it at once."""
    order = Order.objects.only("no", "campus_id", "version").get(pk=event["order"])
    realtime.broadcast(f"hall.{order.campus_id}", "leg", id=order.no, v=order.version, status="open")


@on("delivery.leg_cancelled", "delivery.leg_held", "delivery.leg_changed")
def offer_pointless(event: dict) -> None:
    """A job in an offer is over, or another one: what is left of it is open again, and the courier is told at once."""
    for offer in Offer.objects.filter(legs=event["leg"], status=Offer.Status.OPEN):
        services.withdraw_offer(offer=offer)


@on("couriers.courier_suspended", "couriers.courier_barred")
def nothing_is_offered_to(event: dict) -> None:
    """Who may not work is asked nothing: what was offered is open again."""
    for offer in Offer.objects.filter(courier=event["courier"], status=Offer.Status.OPEN):
        services.withdraw_offer(offer=offer)
