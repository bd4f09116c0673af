"""A relay station as its keeper sees it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import clock
from delivery.models import CARRIED, UNFINISHED, Leg, LegStatus, RelayStation, ShelfItem
from orders.models import Order, Status


def stations_of(user) -> QuerySet[RelayStation]:
    """The stations that the person keeps. One that is closed for good is still kept until its shelf is empty, and nobody
    brings anything any more."""
    lying = ShelfItem.objects.filter(station=OuterRef("pk"), taken_at=None, order__status=Status.AT_RELAY)
    coming = Leg.objects.filter(relay=OuterRef("pk"), sequence=1, status__in=CARRIED)
    return (
        RelayStation.objects.filter(Q(is_active=True) | Exists(lying) | Exists(coming), keepers=user)
        .select_related("place__campus")
        .order_by("pk")
    )


@dataclass(frozen=True)
class Lying:
    """Goods in a slot. `leg` is the way to the door (its courier is who comes for it, if anybody yet)."""

    item: ShelfItem
    leg: Leg | None
    overdue: bool


@dataclass(frozen=True)
class Shelf:
    """`lying` by slot, the overdue first; `coming` are first legs on their way here; `missing` was not found."""

    station: RelayStation
    lying: list[Lying]
    coming: list[Leg]
    missing: list[ShelfItem]
    free: int
    overdue: int
    is_open: bool


def shelf(station: RelayStation, now: datetime | None = None) -> Shelf:
    """Constant queries, whatever lies there."""
    now = now or clock.now()
    items = list(
        ShelfItem.objects.filter(station=station, taken_at=None)
        .select_related("order__dropoff", "station")
        .order_by("slot")
    )
    seconds = {
        leg.order_id: leg
        for leg in Leg.objects.filter(relay=station, sequence=2, status__in=UNFINISHED).select_related(
            "courier__user"
        )
    }
    lying = [
        Lying(item, seconds.get(item.order_id), item.due_at is not None and item.due_at <= now)
        for item in items
        if item.missed_at is None
    ]
    coming = (
        Leg.objects.filter(relay=station, sequence=1, status__in=CARRIED)
        .select_related("order", "courier__user")
        .order_by("due_at", "pk")
    )
    return Shelf(
        station=station,
        lying=sorted(lying, key=lambda one: (not one.overdue, one.item.slot)),
        coming=list(coming),
        missing=[item for item in items if item.missed_at and item.order.status == Status.AT_RELAY],
        free=max(station.slots - len(lying), 0),
        overdue=sum(one.overdue for one in lying),
        is_open=station.is_open(now),
    )


def waits_in_station(order: Order) -> Leg | None:
    """The leg to the door of goods that lie in a station, while nobody is on the way to them: their customer may fetch them."""
    if order.status != Status.AT_RELAY:
        return None
    legs = Leg.objects.filter(order=order, sequence=2, status__in=[LegStatus.OPEN, LegStatus.OFFERED])
    return legs.select_related("relay__place").first()


def item_of(order_pk: int) -> ShelfItem | None:
    """Where an order's goods lie now."""
    return ShelfItem.objects.filter(order=order_pk, taken_at=None).select_related("station__place").first()
