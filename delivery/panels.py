"""What delivery puts on the pages of others: the courier's card and map on an order, the jobs under way in the menu."""

from django.template.loader import render_to_string

from accounts import portals
from campus.models import Vehicle
from campus.network import distance_m
from campus.templatetags.campus_map import campus_map_update
from core.panels import panel
from delivery import selectors
from delivery.models import CARRIED, Custody, Leg

portals.add(
    portals.Portal(portals.COURIER, template="courier/base.html", home="delivery:me", order_tab="active")
)


@panel("orders.courier_card", order=10)
def courier_card(request, order) -> str:
    """The courier of an order, for its customer. Nothing before somebody has accepted."""
    card = selectors.courier_card(order)
    if card is None:
        return ""
    return render_to_string("delivery/_courier_card.html", {"card": card, "order": order}, request)


@panel("orders.order", order=10)
def fetch_oneself(request, order) -> str:
    """Goods that wait in a relay station for a courier may be fetched by their customer."""
    leg = selectors.waits_in_station(order) if order.customer_id == request.user.pk else None
    item = selectors.item_of(order.pk) if leg else None
    if leg is None or item is None:
        return ""
    context = {
        "order": order,
        "leg": leg,
        "item": item,
        "metres": distance_m(order.campus, leg.relay.place, order.dropoff, Vehicle.FOOT),
        "back": leg.pay_fen + order.tip_fen,
    }
    return render_to_string("delivery/_fetch.html", context, request)


@panel("orders.order", order=20)
def rating(request, order) -> str:
    """How it was with the courier: asked for a week after the delivery, and shown to the customer for good."""
    if order.delivered_at is None or order.customer_id != request.user.pk:
        return ""
    state = selectors.rating_state(order)
    card = selectors.courier_card(order)
    if card is None or not (state.may_rate or state.rating):
        return ""
    context = {"order": order, "state": state, "name": card.name}
    return render_to_string("delivery/_rating.html", context, request)


@panel("orders.map")
def order_map(request, order) -> str:
    """Pins and route for the page's map `order-map`, as the viewer may see them."""
    data = selectors.map_data(order, request.user)
    return campus_map_update("order-map", pins=data["pins"], route=data["route"])


@panel("orders.way")
def order_way(request, order) -> str:
    """When it is expected, and how far the courier is while the goods are with them."""
    data = selectors.map_data(order, request.user)
    if data["metres"] is None and data["expected"] is None:
        return ""
    return render_to_string("delivery/_way.html", {"way": data, "order": order}, request)


@panel("orders.order", order=30)
def custody(request, order) -> str:
    """Through whose hands the goods of a relayed order went; where they are is the last line."""
    links = selectors.chain(order, viewer=request.user)
    if not any(link.row.station_id or link.row.act == Custody.Act.TRANSFERRED for link in links):
        return ""  # one courier from door to door: the order's own timeline says it all
    return render_to_string("delivery/_custody.html", {"links": links[::-1], "order": order}, request)


@panel("nav.active")
def jobs_under_way(request, user) -> str:
    """Kept fresh by itself: a dispatcher, or a customer who pays, gives jobs without the courier's doing."""
    count = Leg.objects.filter(courier__user_id=user.pk, status__in=CARRIED).count()
    return render_to_string("delivery/_badge.html", {"count": count}, request)
