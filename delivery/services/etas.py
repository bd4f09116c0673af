"""When each leg in a courier's hands will be at its end, renewed as the plan moves."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from campus.network import Spot, travel
from core import clock, realtime
from core.db import for_update_skip_locked
from couriers.models.couriers import POSITION_KEEPS
from delivery.models import CARRIED, Leg
from delivery.plan import Distances, Stop, in_order

# What taking or giving the goods takes, at each stop.
AT_STOP = timedelta(minutes=2)
# A shift that people are told of.
SHIFT = timedelta(minutes=1)


def renew_etas(couriers: Iterable[int] | None = None) -> int:
    """Predict anew for the couriers with these ids, or for all who carry something (beat). Ring the order's page where it
    shifts by more than a minute; smaller shifts are not even written. Returns how many shifted."""
    legs = Leg.objects.filter(status__in=CARRIED).select_related(
        "order", "campus", "pickup", "dropoff", "courier"
    )
    if couriers is not None:
        legs = legs.filter(courier__in=couriers)
    by_courier: dict[int, list[Leg]] = {}
    for leg in legs.order_by("due_at", "pk"):
        by_courier.setdefault(leg.courier_id, []).append(leg)
    now, shifted, moved = clock.now(), {}, {}
    for held in by_courier.values():
        plan = stops_at(held, now)
        for leg, eta in predicted(held, now):
            if _shifts(leg.eta_at, eta):
                leg.eta_at = eta
                shifted[leg.pk] = leg
        next_at = _next_stop(plan)
        for leg in held:
            if next_at and _shifts(leg.next_stop_at, next_at):
                leg.next_stop_at = next_at
                moved[leg.pk] = leg
    return _write(shifted, moved) if shifted or moved else 0


def _shifts(before: datetime | None, at: datetime) -> bool:
    return before is None or abs(at - before) > SHIFT


@transaction.atomic
def _write(shifted: dict[int, Leg], moved: dict[int, Leg]) -> int:
    """Several processes predict at once, and couriers move on meanwhile. A leg that somebody else holds just now is left
    out: what they do to it predicts it anew, and so does beat."""
    still = for_update_skip_locked(
        Leg.objects.filter(pk__in=shifted | moved, status__in=CARRIED).only("pk").order_by("pk")
    )
    legs = [(shifted | moved)[leg.pk] for leg in still]
    Leg.objects.bulk_update(legs, ["eta_at", "next_stop_at"])
    told = [leg for leg in legs if leg.pk in shifted]
    for leg in told:
        # No version: the leg is the same one, and pages drop a version that they have already.
        realtime.broadcast(f"order.{leg.order.no}", "eta", id=leg.order.no)
    return len(told)


def predicted(held: list[Leg], now: datetime) -> list[tuple[Leg, datetime]]:
    """When each of one courier's legs is at its drop-off, following the plan of their route page. Without those of which
    nobody can tell yet."""
    return [(stop.leg, at) for stop, at in stops_at(held, now) if at is not None and not stop.is_pickup]


def stops_at(held: list[Leg], now: datetime) -> list[tuple[Stop, datetime | None]]:
    """One courier's stops in the order of their plan, and when they are at each; None where nobody can tell."""
    courier, campus = held[0].courier, held[0].campus
    here, seen_at = _last_seen(held)
    at, found = min(seen_at or now, now), []
    for stop in in_order(here, held, Distances(campus, courier.vehicle)):
        if here is not None and not stop.is_here and here != stop.place:
            at += timedelta(seconds=travel(campus, here, stop.place, courier.vehicle).seconds)
        if stop.is_ahead:
            # Something has to be found and bought first, or waited for, and nobody knows where: the way alone says nothing.
            found.append((stop, None))
        else:
            if stop.is_pickup:
                at = max(at, stop.leg.ready_at or at)
            found.append((stop, at))
        at, here = at + AT_STOP, stop.place
    return found


def _next_stop(plan: list[tuple[Stop, datetime | None]]) -> datetime | None:
    """When something should be heard from the courier next: at the stop that they go to, or, where they stand, once the
    goods have changed hands there."""
    stop, at = plan[0]
    return at + AT_STOP if at is not None and stop.is_here else at


def _last_seen(held: list[Leg]) -> tuple[Spot | None, datetime | None]:
    """Where the courier was when something was last heard of them, a position or a step of a job, and when that was: while
    nothing more is heard the prediction stands still."""
    courier = held[0].courier
    steps = [
        (at, place)
        for leg in held
        for at, place in (
            (leg.at_pickup_at, leg.pickup),
            (leg.picked_up_at, leg.pickup),
            (leg.at_dropoff_at, leg.dropoff),
        )
        if at and place
    ]
    began = max((leg.assigned_at for leg in held if leg.assigned_at), default=None)
    stepped, place = max(steps, key=lambda step: step[0], default=(None, None))
    located = courier.located_at
    old = began - POSITION_KEEPS if began else None  # before that it says nothing about these jobs
    if located and courier.lat is not None and located >= max(filter(None, (old, stepped)), default=located):
        return (courier.lat, courier.lon), max(filter(None, (located, began)))
    return place, max(filter(None, (stepped, began)), default=None)
