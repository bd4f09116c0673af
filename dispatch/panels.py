"""What dispatch puts on the pages of others: bids on an order, an offer on any page of a courier's."""

from django.template.loader import render_to_string

from core.panels import panel
from couriers.models import Courier
from couriers.permissions import courier_of
from delivery.selectors import leg_of
from dispatch import selectors
from orders import availability
from orders.models import Status


@panel("orders.order", order=5)
def prices(request, order) -> str:
    """What couriers would do it for, until one of them is paid."""
    if order.bids_until is None or order.status != Status.PENDING_PAYMENT:
        return ""
    bids = selectors.bids_of(order)
    found = None if bids else availability.of_bids(order)
    return render_to_string("dispatch/_bids.html", {"order": order, "bids": bids, "found": found}, request)


@panel("orders.courier_card", order=20)
def again_with_courier(request, order) -> str:
    """After the delivery: ask for the same courier next time, or never again."""
    leg = leg_of(order) if order.delivered_at and order.customer_id == request.user.pk else None
    if leg is None:
        return ""
    context = {"order": order, "standing": selectors.standing(request.user, leg.courier.user)}
    return render_to_string("dispatch/_again_courier.html", context, request)


@panel("delivery.job", order=90)
def again_with_customer(request, leg) -> str:
    """When a job is over: never again with this customer."""
    if leg.is_carried or leg.courier.user_id != request.user.pk:
        return ""
    context = {"leg": leg, "standing": selectors.standing(request.user, leg.order.customer)}
    return render_to_string("dispatch/_again_customer.html", context, request)


@panel("accounts.me", order=40)
def people_of(request, user) -> str:
    """The way to the list of favourites and of those whom one does not want to meet again."""
    return render_to_string("dispatch/_people_link.html", {"portal": "student"}, request)


@panel("delivery.me", order=40)
def people_of_courier(request, courier: Courier) -> str:
    """The same on the courier's own page."""
    return render_to_string("dispatch/_people_link.html", {"portal": "courier"}, request)


@panel("courier.now")
def offer(request, user) -> str:
    """What is offered just now, on whatever page in the courier's portal they are: nobody sees an offer elsewhere, and
    three that nobody answers pause them."""
    courier = getattr(request, "courier", None) or courier_of(user)
    if courier is None or courier.status != Courier.Status.ACTIVE:
        return ""  # the address is closed to them
    return render_to_string("dispatch/_offer.html", {"card": None, "now": True}, request)


@panel("delivery.route")
def offers_paused(request, courier: Courier) -> str:
    """Above a courier's stops: that they get no offers for now."""
    paused = selectors.offers_paused(courier)
    return render_to_string("dispatch/_paused.html", {"paused": paused}, request)
