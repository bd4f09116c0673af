"""Ways and times on a campus: how far it is, how long it takes, and along which path.

Both ends of a trip snap to the nearest point of the nearest path; the metres between the door and the path are
walked and drawn dotted. Whoever rides may push along a footpath, at walking pace.

Speeds in metres per second, in clear weather:

* on foot 1.3, a comfortable walking speed (Bohannon, Age and Ageing 26, 1997: 1.27 to 1.46 m/s in adults);
* bicycle 3.4: the mean in mixed bicycle traffic in Hangzhou is 13.5 km/h = 3.7 m/s (Advances in Mechanical
  Engineering, 2015, doi 10.1177/1687814015616918), less a tenth for the corners of a campus;
* e-bike 4.2, the 15 km/h that campuses post; the same study found 17.1 km/h = 4.7 m/s on open streets.

Rain and storm stretch every time by one factor, so that the shortest route does not depend on the weather. They are
a first estimate, not a measurement: to be replaced by a campus's own figures once it has enough of them.

A campus without a network (the replay of a public data set has only coordinates) is crossed in straight lines of
1.3 times their length: on a right-angled street grid the way is 4/π = 1.27 times the straight line on average.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from campus.geo import LatLon, metres
from campus.models import Campus, PathNetwork, Place, Vehicle, Weather

if TYPE_CHECKING:
    from campus.path_graph import Network

SPEED = {Vehicle.FOOT: 1.3, Vehicle.BICYCLE: 3.4, Vehicle.EBIKE: 4.2}
SLOWER = {Weather.CLEAR: 1.0, Weather.RAIN: 1.2, Weather.STORM: 1.6}
DETOUR = 1.3

Spot = Place | LatLon


@dataclass(frozen=True)
class Travel:
    """Whole metres and whole seconds from door to door."""

    distance_m: int
    seconds: int


@dataclass(frozen=True)
class Route:
    """A trip on the map. `points` follow the paths; `stubs` are the dotted ends between a door and its path."""

    points: list[LatLon]
    stubs: list[tuple[LatLon, LatLon]]
    distance_m: int
    seconds: int

    def as_data(self) -> dict:
        """What static/js/map.js draws: {"path": [[lat, lon]…], "stubs": [[[lat, lon], [lat, lon]]…]}."""

        def short(line):
            return [[round(lat, 6), round(lon, 6)] for lat, lon in line]

        return {"path": short(self.points), "stubs": [short(stub) for stub in self.stubs]}


def travel(campus: Campus, from_spot: Spot, to_spot: Spot, vehicle: str = Vehicle.FOOT) -> Travel:
    """The fastest trip between two places or (lat, lon) positions.

    Costs no query once the process has the network, and between two places only a look-up after the first time.
    """
    network = network_for(campus)
    found = network.cost(from_spot, to_spot, Vehicle(vehicle)) if network else None
    seconds, distance = found or _straight(from_spot, to_spot, Vehicle(vehicle))
    return Travel(round(distance), round(seconds * SLOWER[campus.weather]))


def distance_m(campus: Campus, from_spot: Spot, to_spot: Spot, vehicle: str = Vehicle.FOOT) -> int:
    """Metres of the fastest trip."""
    return travel(campus, from_spot, to_spot, vehicle).distance_m


def route(campus: Campus, from_spot: Spot, to_spot: Spot, vehicle: str = Vehicle.FOOT) -> Route:
    """The fastest trip with its geometry. Some milliseconds: for one order's page, not for lists."""
    network = network_for(campus)
    line = network.line(from_spot, to_spot, Vehicle(vehicle)) if network else None
    trip = travel(campus, from_spot, to_spot, vehicle)
    start, end = position(from_spot), position(to_spot)
    if not line:
        return Route([start, end], [], trip.distance_m, trip.seconds)
    return Route(line, [(start, line[0]), (line[-1], end)], trip.distance_m, trip.seconds)


def network_for(campus: Campus) -> "Network | None":
    """The campus's network as this process knows it: read again only when `campus.version` has changed."""
    return _load(campus.pk, campus.version)


@lru_cache(maxsize=16)
def _load(campus_id: int, version: str) -> "Network | None":
    # Here, as this module is imported by every process and most find no ways: networkx and numpy take 30 MB.
    from campus.path_graph import Network

    paths = PathNetwork.objects.filter(campus_id=campus_id).first()
    return Network(paths.nodes, paths.edges) if paths and paths.edges else None


def position(spot: Spot) -> LatLon:
    return (spot.lat, spot.lon) if isinstance(spot, Place) else (spot[0], spot[1])


def _straight(from_spot: Spot, to_spot: Spot, vehicle: Vehicle) -> tuple[float, float]:
    distance = metres(position(from_spot), position(to_spot)) * DETOUR
    return distance / SPEED[vehicle], distance
