"""The ways that a courier may sensibly go."""

from collections.abc import Iterable
from itertools import pairwise
from math import ceil

from campus.geo import metres
from campus.network import LatLon, position, route
from couriers.models import Courier
from delivery.models import CARRIED, Leg
from delivery.plan import Distances, in_order
from delivery.services.codes import ON_THE_WAY

LatLons = list[list[float]]
# Points of a way are no further apart: the distance to the nearest is then within some metres of that to the way.
SPACING_M = 60.0
# Of a courier's own plan; what is longer is no campus.
MOST = 400


def way_of(courier: Courier, leg: Leg) -> LatLons:
    """[[lat, lon], …] along the footpaths: from where the courier is to each stop in their hands and from each to the
    next, as they may choose the order. Empty when nobody knows
    where they begin, or where they have to go."""
    held = list(
        Leg.objects.filter(courier=courier, status__in=CARRIED).select_related(
            "order", "campus", "pickup", "dropoff", "courier"
        )
    )
    start = courier.position or (leg.pickup.position if leg.pickup and leg.status in ON_THE_WAY else None)
    if start is None or not held:
        return []
    stops = in_order(start, held, Distances(leg.campus, courier.vehicle))
    if any(stop.is_buying for stop in stops):  # it is to be found somewhere
        return []
    places = [position(stop.place) for stop in stops]
    trips = {(start, place) for place in places} | set(pairwise(places))
    points: list[LatLon] = [start, *places]
    for a, b in sorted(trips):
        points += _dense(route(leg.campus, a, b, courier.vehicle).points)
    return [[round(lat, 5), round(lon, 5)] for lat, lon in points[:MOST]]


def _dense(line: Iterable[LatLon]) -> list[LatLon]:
    """The line's points and enough between them."""
    found: list[LatLon] = []
    for a, b in pairwise(line):
        parts = max(1, ceil(metres(a, b) / SPACING_M))
        found += [
            (a[0] + (b[0] - a[0]) * n / parts, a[1] + (b[1] - a[1]) * n / parts) for n in range(1, parts + 1)
        ]
    return found
