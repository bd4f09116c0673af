"""An order that may be carried becomes a leg in the hall, or two by way of a relay station; legs follow their order."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q

from campus.models import Admits
from campus.network import travel
from core import clock, outbox
from core.db import locked
from core.money import percent_of
from dispatch.models import CARRIED, UNFINISHED, Courier, Leg, LegStatus, RelayStation, ShelfItem, Vehicle
from dispatch.services.legs import advance, ring
from orders.models import Order, Status
from orders.services.quoting import courier_gender

# What lies between the two legs: putting on the shelf, and somebody fetching it from there.
AT_THE_RELAY = timedelta(minutes=8)
# An open leg that nobody who may enter has taken for so long goes by the relay after all.
DIRECT_WAITS = timedelta(minutes=3)


@transaction.atomic
def open_leg(
    *, order_pk: int, priority: int = 0, bonus_fen: int = 0, excluded=(), ready_at: datetime | None = None
) -> Leg | None:
    """Open the order's (first) leg in the hall. None when the order has moved on; the same leg when there is one."""
    order = locked(Order.objects.filter(pk=order_pk)).get()
    if order.status != Status.PLACED:
        return None
    if existing := order.legs.filter(status__in=UNFINISHED).order_by("sequence").first():
        return existing
    station = station_for(order)
    first, *second = _by_relay(order, station) if station else [_leg(order)]
    first.priority, first.bonus_fen, first.ready_at = priority, bonus_fen, ready_at
    for leg in second:
        leg.save()
    _put_in_hall(first, excluded)
    return first


def station_for(order: Order, *, even_if_direct: bool = False) -> RelayStation | None:
    """The station that the order goes by; None when it goes straight to the door.

    A zone that admits one gender is reached directly as long as somebody on duty may enter and has a hand free
    (unless the station takes everything, or `even_if_direct`). A full or closed station takes nothing.
    """
    admits = order.dropoff.zone.admits if order.dropoff.zone_id else Admits.ANY
    if admits == Admits.ANY or order.pickup_id is None or order.pickup.zone_id == order.dropoff.zone_id:
        return None
    stations = (
        RelayStation.objects.filter(zones=order.dropoff.zone_id, is_active=True, place__is_active=True)
        .exclude(place=order.pickup_id)
        .select_related("place")
        .order_by("pk")
    )
    direct = not even_if_direct and _somebody_may_enter(order, admits)
    for station in stations:
        if direct and station.use == RelayStation.Use.WHEN_NEEDED:
            continue
        if station.is_open(clock.now()) and room_at(station) > 0:
            return station
    return None


def room_at(station: RelayStation) -> int:
    """Slots that are neither taken nor about to be, by what is on its way there."""
    lying = ShelfItem.objects.filter(station=station, taken_at=None, missed_at=None).count()
    coming = Leg.objects.filter(relay=station, sequence=1, status__in=UNFINISHED).count()
    return station.slots - lying - coming


def _somebody_may_enter(order: Order, admits: str) -> bool:
    free = (
        Courier.objects.filter(
            campus=order.campus_id, on_duty=True, status=Courier.Status.ACTIVE, gender=admits
        )
        .exclude(user=order.customer_id)
        .annotate(carried=Count("legs", filter=Q(legs__status__in=CARRIED)))
    )
    return free.filter(carried__lt=F("capacity")).exists()


def _leg(order: Order, **fields) -> Leg:
    return Leg(
        **{
            "order": order,
            "campus_id": order.campus_id,
            "pickup_id": order.pickup_id,
            "dropoff_id": order.dropoff_id,
            "gender": courier_gender(order.dropoff, order.gender_wanted),
            "pay_fen": order.courier_fen,
            "due_at": order.promised_at,
            "created_at": clock.now(),
        }
        | fields
    )


def _by_relay(order: Order, station: RelayStation) -> list[Leg]:
    """To the shelf, by anybody; from the shelf to the door, by who may enter."""
    first_fen = percent_of(order.courier_fen, station.first_percent)
    return [
        _leg(
            order, relay=station, dropoff_id=station.place_id, gender=Admits.ANY, pay_fen=first_fen,
            due_at=_due_at_shelf(order, station),
        ),
        _leg(
            order, relay=station, sequence=2, pickup_id=station.place_id, pay_fen=order.courier_fen - first_fen
        ),
    ]  # fmt: skip


def _due_at_shelf(order: Order, station: RelayStation) -> datetime:
    """So early that the second courier can still keep the promise."""
    rest = travel(order.campus, station.place, order.dropoff, Vehicle.FOOT).seconds
    return order.promised_at - AT_THE_RELAY - timedelta(seconds=round(rest))


def _put_in_hall(leg: Leg, excluded=()) -> None:
    leg.open()
    leg.save()
    leg.excluded.set(excluded)
    outbox.emit("dispatch.leg_opened", leg=leg.pk, order=leg.order_id)
    ring(leg)


def reopen(leg: Leg, *, bonus_fen: int | None = None, excluded=()) -> Leg:
    """The same way once more, for another courier, at the head of the hall. Caller holds the order's lock."""
    again = _leg(
        leg.order, relay_id=leg.relay_id, sequence=leg.sequence, pickup_id=leg.pickup_id,
        dropoff_id=leg.dropoff_id, gender=leg.gender, pay_fen=leg.pay_fen, due_at=leg.due_at,
        priority=leg.priority + 1, bonus_fen=leg.bonus_fen if bonus_fen is None else bonus_fen,
    )  # fmt: skip
    _put_in_hall(again, excluded)
    return again


def open_second(leg: Leg) -> None:
    """The first leg is done: the second is open to those who may enter. Caller holds the order's lock."""
    second = locked(Leg.objects.filter(order=leg.order_id, sequence=2, status=LegStatus.WAITING)).get()
    second.order = leg.order
    _put_in_hall(second, second.excluded.all())


@transaction.atomic
def split(*, leg: Leg, actor=None) -> Leg:
    """Let an open direct leg go by the relay after all: two legs take its place. The same leg when none can take it."""
    order = locked(Order.objects.filter(pk=leg.order_id)).get()
    leg = locked(Leg.objects.filter(pk=leg.pk)).get()
    leg.order = order
    if (
        leg.status != LegStatus.OPEN
        or leg.relay_id
        or not (station := station_for(order, even_if_direct=True))
    ):
        return leg
    leg.cancel()
    advance(leg, "split", source=LegStatus.OPEN, actor=actor, role="operator" if actor else "system")
    first, second = _by_relay(order, station)
    first.priority, first.bonus_fen = leg.priority, leg.bonus_fen
    second.save()
    _put_in_hall(first)
    return first


def split_waiting(now: datetime | None = None) -> int:
    """Legs into areas that admit one gender, which nobody who may enter has taken for a while, go by the relay."""
    now = now or clock.now()
    stale = Leg.objects.filter(
        status=LegStatus.OPEN, relay=None, opened_at__lte=now - DIRECT_WAITS,
        dropoff__zone__relay_stations__is_active=True,
    ).exclude(dropoff__zone__admits=Admits.ANY)  # fmt: skip
    return sum(split(leg=leg).pk != leg.pk for leg in stale.distinct()[:200])


@transaction.atomic
def cancel_legs(*, order_pk: int) -> None:
    """The order is over: so are its legs."""
    order = locked(Order.objects.filter(pk=order_pk)).get()
    if order.status != Status.CANCELLED:
        return
    for leg in locked(order.legs.filter(status__in=UNFINISHED)).select_related("courier"):
        leg.order, source = order, leg.status
        leg.cancel()
        advance(leg, "cancel", source=source, role="system", event="dispatch.leg_cancelled")


@transaction.atomic
def follow_order(*, order_pk: int) -> None:
    """Copy a changed address or promise onto the unfinished legs."""
    order = locked(Order.objects.filter(pk=order_pk).select_related("dropoff__zone")).get()
    legs = list(locked(order.legs.filter(status__in=UNFINISHED)).select_related("courier", "relay__place"))
    if order.status == Status.PLACED and _another_way(order, legs):
        for leg in legs:
            leg.order, source = order, leg.status
            leg.cancel()
            advance(leg, "cancel", source=source, role="system")
        open_leg(order_pk=order.pk, priority=legs[0].priority, bonus_fen=legs[0].bonus_fen)
        return
    for leg in legs:
        leg.order = order
        if leg.to_shelf:
            leg.due_at = _due_at_shelf(order, leg.relay)
        else:
            leg.due_at = order.promised_at
            if leg.status not in (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF):
                follow_door(leg)
        if order.status == Status.PLACED:  # who has accepted was promised their pay
            leg.pay_fen = _pay_of(leg)
        leg.version += 1
        leg.save(update_fields=["due_at", "dropoff", "gender", "pay_fen", "version"])
        ring(leg)


def _pay_of(leg: Leg) -> int:
    """What a leg's courier gets of the order's fee."""
    whole = leg.order.courier_fen
    first = percent_of(whole, leg.relay.first_percent) if leg.relay else 0
    return first if leg.to_shelf else whole - first


def follow_door(leg: Leg) -> None:
    """The leg's door is the order's, and who may go there is judged by it."""
    if not leg.to_shelf:
        leg.dropoff_id = leg.order.dropoff_id
        leg.gender = courier_gender(leg.order.dropoff, leg.order.gender_wanted)


def _another_way(order: Order, legs: list[Leg]) -> bool:
    """Before anybody has taken it: would the new door be reached by another station, or by none?"""
    if not legs or any(leg.status not in (LegStatus.OPEN, LegStatus.WAITING) for leg in legs):
        return False
    station = legs[0].relay
    if station is None:
        return False  # a direct leg that waits is split by itself
    return not station.zones.filter(pk=order.dropoff.zone_id).exists()
