"""Which pauses of ordering concern an errand, an order or a person. (They are written by `orders.services.pausing`.)"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from campus.models import Campus, Place
from orders.models import LIVE, Order, OrderPause


def active_pauses(campuses: Iterable[Campus | int]) -> list[OrderPause]:
    """All that are in force on these campuses, the widest first. One query."""
    found = OrderPause.objects.active().filter(campus__in=list(campuses))
    pauses = found.select_related("campus", "zone", "started_by")
    return sorted(pauses, key=lambda pause: (pause.zone_id is not None, pause.kind != "", pause.pk))


def pause_for(
    pauses: Iterable[OrderPause], *, campus_id: int, kind: str, places: Iterable[Place | None]
) -> OrderPause | None:
    """The first of these pauses that stops an errand of this kind between these places."""
    zones = {place.zone_id for place in places if place is not None}
    for pause in pauses:
        if pause.campus_id != campus_id or (pause.kind and pause.kind != kind):
            continue
        if pause.zone_id is None or pause.zone_id in zones:
            return pause
    return None


def pause_of_order(order: Order) -> OrderPause | None:
    """What stops this order from being shown to couriers now."""
    return pause_for(
        active_pauses([order.campus_id]),
        campus_id=order.campus_id,
        kind=order.kind,
        places=(order.pickup, order.dropoff),
    )


def orders_under(pause: OrderPause) -> QuerySet[Order]:
    """Live orders of what is paused: they are carried on, and somebody has to look after them. Newest promise last."""
    where = Q(pickup__zone=pause.zone_id) | Q(dropoff__zone=pause.zone_id) if pause.zone_id else Q()
    of_kind = Q(kind=pause.kind) if pause.kind else Q()
    orders = Order.objects.filter(where, of_kind, campus=pause.campus_id, status__in=LIVE)
    return orders.select_related("customer", "pickup", "dropoff").order_by("promised_at", "pk")
