"""What dispatch does when an order, a leg or a courier changes. What it says to people is in dispatch.notices."""

from core import realtime
from core.events import subscribe
from couriers.events import CourierBanned, CourierSuspended
from delivery import services as delivery
from delivery.events import LegCancelled, LegChanged, LegDone, LegHeld
from delivery.models import Leg, LegStatus
from dispatch import services
from dispatch.models import Offer
from orders.events import BidsWanted, OrderReleased
from orders.models import Order


@subscribe(OrderReleased)
def look_for_courier(event: OrderReleased) -> None:
    """Open the order's first leg, for the courier whose price was chosen if there is one, else for a favourite first."""
    if leg := delivery.open_leg(order_pk=event.order):
        services.give_to_chosen(leg=leg)
        if not leg.order.bids_until:
            services.ask_favourite(leg=leg)


@subscribe(LegDone)
def look_for_second_courier(event: LegDone) -> None:
    """From the shelf too a favourite is asked first: perhaps the one who could not carry the first leg."""
    second = Leg.objects.filter(order=event.order, sequence=2, status=LegStatus.OPEN).first()
    if second and Leg.objects.filter(pk=event.leg, sequence=1, relay__isnull=False).exists():
        services.ask_favourite(leg=second)


@subscribe(BidsWanted)
def couriers_are_asked(event: BidsWanted) -> None:
    """Refresh the hall."""
    order = Order.objects.only("no", "campus_id", "version").get(pk=event.order)
    realtime.broadcast(f"hall.{order.campus_id}", "leg", id=order.no, v=order.version, status="open")


@subscribe(LegCancelled, LegHeld, LegChanged)
def offer_pointless(event: LegCancelled | LegHeld | LegChanged) -> None:
    """Withdraw the offers of a leg that is over, or another one now; the courier is told at once."""
    for offer in Offer.objects.filter(legs=event.leg, status=Offer.Status.OPEN):
        services.withdraw_offer(offer=offer)


@subscribe(CourierSuspended, CourierBanned)
def nothing_is_offered_to(event: CourierSuspended | CourierBanned) -> None:
    """Withdraw what was offered to who may not work: it is open again."""
    for offer in Offer.objects.filter(courier=event.courier, status=Offer.Status.OPEN):
        services.withdraw_offer(offer=offer)
