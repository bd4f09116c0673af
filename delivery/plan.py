"""The order of a courier's stops, and what one more job would add to them. Pure: no database, no clock.

A simple rule that a courier can follow with their own eyes: where one stands first, then always the nearest stop
that is possible (a pickup before its drop-off). The dispatching engine will plan better; the hall needs no more.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from campus.models import Campus, Place
from campus.network import Spot, distance_m
from delivery.models import Leg, LegStatus
from orders.kinds import KINDS

Metres = Callable[[Spot, Spot], int]
FETCHING = (LegStatus.ASSIGNED, LegStatus.AT_PICKUP)


def nothing_to_fetch(leg: Leg) -> bool:
    """It is done at the customer's door: there is no pickup to arrive at, and nothing to pick up."""
    return (
        leg.relay_id is None
        and not leg.rescues_id
        and not KINDS[leg.order.kind].has_pickup_stage(leg.pickup_id)
    )


@dataclass(frozen=True)
class Stop:
    """Somewhere to go for a leg: to take the goods, or to give them."""

    leg: Leg
    is_pickup: bool

    @property
    def place(self) -> Place:
        return self.leg.pickup if self.is_pickup else self.leg.dropoff

    @property
    def is_ahead(self) -> bool:
        """A drop-off without a pickup before it whose goods are not there yet: to be bought at any shop, for one."""
        return not self.is_pickup and self.leg.pickup is None and self.leg.status in FETCHING

    @property
    def is_buying(self) -> bool:
        """The next thing to do is to buy it, wherever it can be had: how far the door is says nothing."""
        return self.is_ahead and KINDS[self.leg.order.kind].is_bought

    @property
    def is_here(self) -> bool:
        """The courier has said that they stand there."""
        here = LegStatus.AT_PICKUP if self.is_pickup else LegStatus.AT_DROPOFF
        return self.leg.status == here


def stops_of(legs: Iterable[Leg]) -> list[Stop]:
    """What is left to do of the legs in a courier's hands, in no particular order."""
    stops = []
    for leg in legs:
        if leg.status in FETCHING and leg.pickup is not None:
            stops.append(Stop(leg, True))
        stops.append(Stop(leg, False))
    return stops


def in_order(start: Spot | None, legs: Iterable[Leg], metres: Metres) -> list[Stop]:
    """The stops one after the other: where one stands, then the nearest possible. Ties: the earlier deadline.

    Without a position the first stop is that of the earliest deadline.
    """
    left, ordered, here = stops_of(legs), [], start
    while left:
        waiting = {stop.leg.pk for stop in left if stop.is_pickup}
        possible = [stop for stop in left if stop.is_pickup or stop.leg.pk not in waiting]
        chosen = min(possible, key=lambda stop: _rank(stop, here, metres))
        left.remove(chosen)
        ordered.append(chosen)
        here = chosen.place
    return ordered


def _rank(stop: Stop, here: Spot | None, metres: Metres) -> tuple:
    due = stop.leg.due_at.timestamp() if stop.leg.due_at else float("inf")
    return not stop.is_here, metres(here, stop.place) if here is not None else 0, due, stop.leg.pk


def extra_metres(start: Spot | None, way: Sequence[Place], leg: Leg, metres: Metres) -> int:
    """How much longer the way becomes when the leg's pickup and drop-off are put in where they cost least."""
    points: list[Spot | None] = [start, *way]
    take, give = leg.pickup or leg.dropoff, leg.dropoff

    def between(a: Spot | None, b: Spot | None) -> int:
        return 0 if a is None or b is None else metres(a, b)

    def detour(i: int, place: Place) -> int:
        """Of going by `place` between the i-th point and the next."""
        a, b = points[i], points[i + 1] if i + 1 < len(points) else None
        return between(a, place) + between(place, b) - between(a, b)

    best = None
    cheapest_take = None
    for i, here in enumerate(points):
        after = points[i + 1] if i + 1 < len(points) else None
        both = between(here, take) + between(take, give) + between(give, after) - between(here, after)
        options = [both]
        if cheapest_take is not None:  # taken somewhere before, given here
            options.append(cheapest_take + detour(i, give))
        best = min(options if best is None else [best, *options])
        alone = detour(i, take)
        cheapest_take = alone if cheapest_take is None else min(cheapest_take, alone)
    return max(best, 0)


class Distances:
    """Metres between spots for one courier and one page: each pair is looked up once."""

    def __init__(self, campus: Campus, vehicle: str) -> None:
        self.campus, self.vehicle = campus, vehicle
        self._known: dict[tuple, int] = {}

    def __call__(self, a: Spot, b: Spot) -> int:
        key = (getattr(a, "pk", a), getattr(b, "pk", b))
        if key not in self._known:
            self._known[key] = distance_m(self.campus, a, b, self.vehicle)
        return self._known[key]
