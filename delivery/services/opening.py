"""An order that may be carried becomes a leg in the hall, or two by way of a relay station; legs follow their order."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Actor
from campus.calendar import calendar_of
from campus.models import Admits, Vehicle
from campus.network import travel
from core import clock, outbox
from core.db import for_update
from core.errors import TooLate
from core.money import percent_of
from couriers.models import Courier
from delivery.events import LegCancelled, LegChanged
from delivery.models import CARRIED, UNFINISHED, Leg, LegStatus, RelayStation, ShelfItem
from delivery.services.legs import publish, save_transition
from orders.gender import courier_gender
from orders.models import Order, Status

# What lies between the two legs: putting on the shelf, and somebody fetching it from there.
AT_THE_RELAY = timedelta(minutes=8)
# An open leg that nobody who may enter has taken for so long goes by the relay after all.
DIRECT_WAITS = timedelta(minutes=3)

_direct_rules: list[Callable[[Order], bool]] = []


def goes_direct(rule: Callable[[Order], bool]) -> Callable[[Order], bool]:
    """Decorator for an app above: an order of which `rule` says so is carried by one courier, past every station."""
    _direct_rules.append(rule)
    return rule


@transaction.atomic
def open_leg(
    *, order_pk: int, priority: int = 0, bonus_fen: int = 0, excluded=(), ready_at: datetime | None = None
) -> Leg | None:
    """Open the order's (first) leg in the hall. None when the order has moved on; the same leg when there is one."""
    order = for_update(Order.objects.filter(pk=order_pk)).get()
    if order.status != Status.PLACED or order.review_due_at:
        return None
    if existing := order.legs.filter(status__in=UNFINISHED).order_by("sequence").first():
        return existing
    station = None if any(rule(order) for rule in _direct_rules) else station_for(order)
    first, *second = _by_relay(order, station) if station else [_leg(order)]
    first.priority, first.bonus_fen, first.ready_at = priority, bonus_fen, ready_at
    for leg in second:
        leg.save()
    earlier = Leg.excluded.through.objects.filter(leg__order=order).values("courier")
    _put_in_hall(first, excluded or list(Courier.objects.filter(pk__in=earlier)))
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
    calendar = calendar_of(order.campus_id)
    direct = not even_if_direct and _somebody_may_enter(order, admits)
    for station in stations:
        if direct and station.use == RelayStation.Use.WHEN_NEEDED:
            continue
        if station.is_open(clock.now(), calendar) and room_at(station) > 0:
            return station
    return None


def room_at(station: RelayStation) -> int:
    """Slots that are neither taken nor about to be, by what is on its way there."""
    lying = ShelfItem.objects.filter(station=station, taken_at=None, missed_at=None).count()
    coming = Leg.objects.filter(relay=station, sequence=1, status__in=UNFINISHED).count()
    return station.slots - lying - coming


def _somebody_may_enter(order: Order, admits: str) -> bool:
    free = (
        Courier.objects.filter(Courier.MAY_WORK, campus=order.campus_id, on_duty=True, gender=admits)
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


def due_of(leg: Leg) -> datetime:
    """When it has to be at its own end, by what its order says now."""
    order = leg.order
    if leg.goes_back:
        return order.stage_due_at or leg.due_at  # an alarm that has rung leaves no time behind
    return _due_at_shelf(order, leg.relay) if leg.to_shelf else order.promised_at


def _put_in_hall(leg: Leg, excluded=()) -> None:
    leg.open()
    leg.save()
    leg.excluded.set(excluded)
    publish(leg)


def reopen(leg: Leg, *, bonus_fen: int | None = None, excluded=()) -> Leg:
    """The same way once more, for another courier, at the head of the hall. Caller holds the order's lock."""
    again = _leg(
        leg.order, relay_id=leg.relay_id, sequence=leg.sequence, pickup_id=leg.pickup_id,
        dropoff_id=leg.dropoff_id, gender=leg.gender, pay_fen=leg.pay_fen, due_at=leg.due_at,
        priority=leg.priority + 1, bonus_fen=leg.bonus_fen if bonus_fen is None else bonus_fen,
        ready_at=leg.ready_at,
    )  # fmt: skip
    _put_in_hall(again, excluded)
    return again


def open_second(leg: Leg) -> None:
    """The first leg is done: the second is open to those who may enter. Caller holds the order's lock."""
    second = for_update(Leg.objects.filter(order=leg.order_id, sequence=2, status=LegStatus.WAITING)).get()
    second.order = leg.order
    _put_in_hall(second, second.excluded.all())


@transaction.atomic
def split(*, leg: Leg, actor: Actor = None) -> Leg:
    """Let an open direct leg go by the relay after all: two legs take its place. Returns the first of them, also when
    that has happened before; the same leg when no station can take it."""
    order = for_update(Order.objects.filter(pk=leg.order_id)).get()
    leg = for_update(Leg.objects.filter(pk=leg.pk)).get()
    leg.order = order
    if leg.status == LegStatus.CANCELLED:
        by_relay = order.legs.filter(relay__isnull=False, status__in=UNFINISHED)
        return by_relay.order_by("sequence").first() or leg
    if (
        leg.status != LegStatus.OPEN
        or leg.relay_id
        or not (station := station_for(order, even_if_direct=True))
    ):
        return leg
    leg.cancel()
    save_transition(leg, "split", source=LegStatus.OPEN, actor=actor, role="operator" if actor else "system")
    first, second = _by_relay(order, station)
    first.priority, first.bonus_fen, first.ready_at = leg.priority, leg.bonus_fen, leg.ready_at
    excluded = list(leg.excluded.all())
    second.save()
    second.excluded.set(excluded)
    _put_in_hall(first, excluded)
    return first


def split_waiting(now: datetime | None = None) -> int:
    """Beat: legs into areas that admit one gender, which nobody who may enter has taken for a while, go by the relay; and
    those whose relay is of no use go another way. Returns how many."""
    now = now or clock.now()
    stale = Leg.objects.filter(
        status=LegStatus.OPEN, relay=None, opened_at__lte=now - DIRECT_WAITS,
        dropoff__zone__relay_stations__is_active=True,
    ).exclude(dropoff__zone__admits=Admits.ANY)  # fmt: skip
    return sum(split(leg=leg).pk != leg.pk for leg in stale.distinct()[:200]) + _follow_doors()


def _follow_doors() -> int:
    """The station does not serve the door any more (it was closed, an area was taken off it, the building is in another
    one now): while nobody has taken the first leg, nobody can. No event tells of what operators change on the map."""
    served = RelayStation.zones.through.objects.filter(
        relaystation=OuterRef("relay"), zone=OuterRef("order__dropoff__zone"), relaystation__is_active=True
    )
    astray = Leg.objects.filter(
        ~Exists(served), status__in=[LegStatus.OPEN, LegStatus.OFFERED], relay__isnull=False,
        order__status=Status.PLACED,
    ).values_list("order_id", flat=True)[:200]  # fmt: skip
    for order_pk in astray:
        follow_order(order_pk=order_pk)
    return len(astray)


@transaction.atomic
def cancel_legs(*, order_pk: int) -> None:
    """The order is over: so are its legs."""
    order = for_update(Order.objects.filter(pk=order_pk)).get()
    if order.status != Status.CANCELLED:
        return
    for leg in for_update(order.legs.filter(status__in=UNFINISHED)).select_related("courier"):
        leg.order, source = order, leg.status
        leg.cancel()
        save_transition(leg, "cancel", source=source, role="system", event=LegCancelled)


@transaction.atomic
def follow_order(*, order_pk: int) -> None:
    """Copy a changed address or promise onto the unfinished legs, and onto the shelf where the goods lie."""
    order = for_update(Order.objects.filter(pk=order_pk).select_related("dropoff__zone")).get()
    legs = list(
        for_update(order.legs.filter(status__in=UNFINISHED)).select_related("courier", "relay__place")
    )
    if order.status == Status.PLACED and _another_way(order, legs):
        first = min(legs, key=lambda leg: leg.sequence)
        excluded = list(first.excluded.all())
        for leg in legs:
            leg.order, source = order, leg.status
            leg.cancel()
            save_transition(leg, "cancel", source=source, role="system", event=LegCancelled)
        open_leg(
            order_pk=order.pk, priority=first.priority, bonus_fen=first.bonus_fen, excluded=excluded,
            ready_at=first.ready_at,
        )  # fmt: skip
        return
    for leg in legs:
        leg.order, before = order, (leg.dropoff_id, leg.pay_fen)
        leg.due_at = due_of(leg)
        follow_door(leg)
        if order.status == Status.PLACED:  # who has accepted was promised their pay
            leg.pay_fen = _pay_of(leg)
        leg.version += 1
        leg.save(update_fields=["due_at", "dropoff", "gender", "pay_fen", "version"])
        if leg.status == LegStatus.OFFERED and before != (leg.dropoff_id, leg.pay_fen):
            outbox.emit(LegChanged(leg=leg.pk))  # what is being offered is another job now
        publish(leg)
    if order.status == Status.AT_RELAY and order.stage_due_at:
        ShelfItem.objects.filter(order=order, taken_at=None).update(due_at=order.stage_due_at)


def _pay_of(leg: Leg) -> int:
    """What a leg's courier gets of the order's fee."""
    whole = leg.order.courier_fen
    first = percent_of(whole, leg.relay.first_percent) if leg.relay else 0
    return first if leg.to_shelf else whole - first


def follow_door(leg: Leg) -> None:
    """The leg's door is the order's, and who may go there is judged by it. Not of what ends elsewhere: on a shelf, or
    where it was fetched."""
    if not leg.to_shelf and not leg.goes_back:
        leg.dropoff_id = leg.order.dropoff_id
        leg.gender = courier_gender(leg.order.dropoff, leg.order.gender_wanted)


def catch_up(leg: Leg) -> None:
    """Before somebody takes it: the leg as its order is now. The customer may have changed the address a moment ago,
    and `follow_order` comes too late for who takes it before: its pay is what was promised then. TooLate when its
    door is reached another way now. Caller holds the order's lock, and saves the leg.
    """
    follow_door(leg)
    if leg.order.status != Status.PLACED:
        return
    leg.pay_fen = _pay_of(leg)
    if leg.relay_id is None:
        return
    if not _serves(leg.relay, leg.order):
        raise TooLate(_("This job has just been changed. Look again in a moment."))
    for other in leg.order.legs.filter(status=LegStatus.WAITING).exclude(pk=leg.pk).select_related("relay"):
        other.order = leg.order
        other.pay_fen = _pay_of(other)
        other.save(update_fields=["pay_fen"])


def _another_way(order: Order, legs: list[Leg]) -> bool:
    """Before anybody has taken it: is its door reached by another station now, or by none?"""
    if not legs or any(leg.status in CARRIED for leg in legs):
        return False
    # a direct leg that waits is split by itself
    return legs[0].relay is not None and not _serves(legs[0].relay, order)


def _serves(station: RelayStation, order: Order) -> bool:
    return station.is_active and station.zones.filter(pk=order.dropoff.zone_id).exists()
