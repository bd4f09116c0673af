"""The legs in a courier's hands, and the way between their stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404

from campus.network import Spot, route
from core import clock
from couriers.models import Courier
from delivery.models import CARRIED, EARNED, PAID, Custody, Leg, LegStatus, Rescue
from delivery.plan import FETCHING, Distances, Stop, in_order, stops_of
from orders.models import History, OverBudget, Photo, Status


def jobs_of(courier: Courier) -> QuerySet[Leg]:
    """The legs in the courier's hands, the earliest deadline first."""
    return (
        Leg.objects.filter(courier=courier, status__in=CARRIED)
        .select_related("order", "campus", "pickup", "dropoff__zone")
        .order_by("due_at", "pk")
    )


def job(courier: Courier, no: str) -> Leg:
    """One leg that is or was the courier's own. Anybody else's does not exist (404)."""
    legs = Leg.objects.filter(courier=courier).select_related(
        "order__customer", "campus", "pickup", "dropoff__zone", "courier__user", "relay__place"
    )
    leg = legs.filter(no=no).first()
    if leg is None:
        raise Http404
    return leg


def had_job(courier: Courier, no: str) -> bool:
    """Did the courier have a leg that has gone on without them: handed to another one, or not on the shelf?"""
    # Not custody: of goods that nobody had fetched yet there is none.
    return History.objects.filter(
        Q(action="transfer", data__giver=courier.pk) | Q(action="miss", data__courier=courier.pk),
        order__legs__no=no, machine="leg", data__leg=no,
    ).exists()  # fmt: skip


@dataclass(frozen=True)
class JobPage:
    """What a job's page shows besides leg and order. `metres` to the next stop; `ended`: who gave it back, and why;
    `rescue`: another courier's goods that it fetches, or who fetches its own;
    `again`: the leg with which the same order has come back to the same courier; `on_shelf`: the hand-over to the shelf
    on which the goods still lie."""

    over_budget: OverBudget | None
    rescue: Rescue | None
    photos: list[Photo]
    metres: int | None
    ended: History | None
    again: Leg | None
    on_shelf: Custody | None


def job_page(leg: Leg) -> JobPage:
    """Constant queries."""
    order, carried = leg.order, leg.is_carried
    ended = (
        order.history.filter(machine="leg", action="release", data__leg=leg.no).last()
        if not carried
        else None
    )
    here = leg.courier.position
    stops = stops_of([leg]) if carried else []
    return JobPage(
        over_budget=order.over_budget.order_by("-pk").first() if order.budget_fen and carried else None,
        rescue=_rescue_of(leg),
        photos=list(order.photos.filter(purpose=Photo.Purpose.ORDER)) if carried else [],
        metres=Distances(leg.campus, leg.courier.vehicle)(here, stops[0].place)
        if here and stops and not stops[0].is_buying
        else None,
        ended=ended,
        again=Leg.objects.filter(order=order, courier=leg.courier, status__in=CARRIED).first()
        if leg.status == LegStatus.RELEASED
        else None,
        on_shelf=leg.custody.filter(act=Custody.Act.SHELVED).last()
        if leg.to_shelf and order.status == Status.AT_RELAY
        else None,
    )


def _rescue_of(leg: Leg) -> Rescue | None:
    """What its page says of a second courier: until the goods have changed hands, and to the one who had them, after it."""
    rescues = Rescue.objects.select_related(
        "leg__courier__user", "leg__pickup", "giver__courier__user", "giver__pickup", "photo"
    )
    if leg.rescues_id:
        return rescues.filter(leg=leg).first()
    if leg.status in (LegStatus.HANDING_ON, LegStatus.HANDED_ON):
        return rescues.filter(giver=leg).exclude(outcome__in=Rescue.FAILED).first()
    return None


def handing_on(courier: Courier) -> list[Rescue]:
    """The goods of theirs that another courier is on the way to fetch. One query."""
    found = Rescue.objects.filter(giver__courier=courier, giver__status=LegStatus.HANDING_ON, outcome="")
    return list(found.select_related("giver__order", "leg__courier__user", "leg__pickup"))


@dataclass(frozen=True)
class PlannedStop:
    """A stop of the route page: its number on the map, and the metres from the stop before."""

    number: int
    stop: Stop
    metres: int | None

    @property
    def leg(self) -> Leg:
        return self.stop.leg


def route_stops(courier: Courier, legs: Sequence[Leg] | None = None) -> list[PlannedStop]:
    """All stops that the courier has before them, in order. One query, none when the legs are given."""
    metres = Distances(courier.campus, courier.vehicle)
    here, planned = courier.position, []
    for number, stop in enumerate(in_order(here, jobs_of(courier) if legs is None else legs, metres), 1):
        planned.append(PlannedStop(number, stop, metres(here, stop.place) if here else None))
        here = stop.place
    return planned


@dataclass(frozen=True)
class NextStop:
    """The strip in the hall: where to go now, and how many jobs are dealt with there."""

    planned: PlannedStop
    jobs: int


def next_stop(courier: Courier, held: Sequence[Leg]) -> NextStop | None:
    stops = route_stops(courier, held)
    if not stops:
        return None
    first = stops[0]
    same = [s for s in stops if s.stop.place == first.stop.place and s.stop.is_pickup == first.stop.is_pickup]
    return NextStop(first, len(same))


# -- What static/js/map.js draws ---------------------------------------------------------------------------


def pin(kind: str, spot: Spot, **more) -> dict:
    """A pin on a place (with its name) or on a position."""
    lat, lon = getattr(spot, "position", spot)
    label = getattr(spot, "label", "")
    return {"kind": kind, "lat": round(lat, 6), "lon": round(lon, 6), "label": label} | more


def courier_pin(courier: Courier, **more) -> dict:
    """Where a courier is whose position is known, and how exactly their phone knows it."""
    return pin("courier", courier.position, acc=courier.accuracy_m, **more)


def way(campus, spots: Sequence[Spot], vehicle: str) -> dict | None:
    """The way through all spots as one line, and the dotted ends at each door. None when there is nowhere to go."""
    pieces = [route(campus, a, b, vehicle).as_data() for a, b in pairwise(spots) if a != b]
    if not pieces:
        return None
    return {
        "path": [point for piece in pieces for point in piece["path"]],
        "stubs": [stub for piece in pieces for stub in piece["stubs"]],
    }


def job_map(leg: Leg) -> dict:
    """Pins and route of one job: from the courier by the pickup to the door; only the two doors when it is over."""
    courier = leg.courier
    stops = stops_of([leg]) if leg.is_carried else [Stop(leg, True), Stop(leg, False)]
    stops = [stop for stop in stops if stop.place is not None]
    pins = [pin("pickup" if stop.is_pickup else "dropoff", stop.place) for stop in stops]
    rescue = _rescue_of(leg) if leg.status in FETCHING else None
    if rescue is not None and rescue.position:
        pins.append(pin("alert", rescue.position, id="goods"))
    return _drawn(courier if leg.is_carried else None, leg, pins, [stop.place for stop in stops])


def route_map(courier: Courier, stops: Sequence[PlannedStop]) -> dict:
    """Numbered pins and the way through them."""
    pins = [
        pin(
            "pickup" if s.stop.is_pickup else "dropoff",
            s.stop.place,
            id=f"stop-{s.number}",
            text=str(s.number),
        )
        for s in stops
    ]
    if not stops:
        return {"pins": [courier_pin(courier)] if courier.position else [], "route": None}
    return _drawn(courier, stops[0].leg, pins, [s.stop.place for s in stops])


def _drawn(courier: Courier | None, leg: Leg, pins: list[dict], places: list) -> dict:
    here = courier.position if courier else None
    if here:
        pins = [*pins, courier_pin(courier, id="courier")]
    return {
        "pins": pins,
        "route": way(
            leg.campus, [*([here] if here else []), *places], courier.vehicle if courier else "foot"
        ),
    }


@dataclass(frozen=True)
class Today:
    """The figures in the head of the hall. Money in fen; `on_time` in percent over thirty days."""

    earned_fen: int
    done: int
    on_time: int | None
    rating: float | None


def today(courier: Courier) -> Today:
    """What the courier has done today, and how punctual they were in the last thirty days. One query."""
    now = clock.now()
    midnight = clock.midnight(clock.local_day(now))
    done = Leg.objects.filter(courier=courier, status__in=PAID, ended_at__gte=midnight - timedelta(days=29))
    delivered = Q(status=LegStatus.DONE)
    figures = done.aggregate(
        earned=Sum(EARNED, filter=Q(ended_at__gte=midnight)),
        done=Count("pk", filter=delivered & Q(ended_at__gte=midnight)),
        all=Count("pk", filter=delivered),
        on_time=Count("pk", filter=delivered & Q(ended_at__lte=F("order__late_from"))),
    )
    punctual = round(100 * figures["on_time"] / figures["all"]) if figures["all"] else None
    return Today(figures["earned"] or 0, figures["done"], punctual, courier.rating)
