"""One campus's paths as graphs, one a vehicle: the fastest trips, and how long they take (see campus.network)."""

import math
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np

from campus.geo import LatLon, Plane, metres
from campus.models import Place, Vehicle
from campus.network import SPEED, Spot
from campus.paths import BICYCLE, EBIKE, FOOT

# A bicycle is carried up a flight of stairs three times as slowly as one walks.
CARRYING = 3.0
LETTER = {Vehicle.FOOT: FOOT, Vehicle.BICYCLE: BICYCLE, Vehicle.EBIKE: EBIKE}


@dataclass(frozen=True)
class Snap:
    """A point on a path: edge number, metres along it, its position, and the metres that it is off the path."""

    edge: int
    along: float
    point: LatLon
    off: float


class Network:
    """One campus's paths in memory. Immutable but for its caches, which threads may fill twice without harm.

    Costs are pairs (seconds in clear weather, metres).
    """

    def __init__(self, nodes: dict[str, LatLon], edges: list[dict]) -> None:
        self.nodes, self.edges = nodes, edges
        self._index = {key: i for i, key in enumerate(nodes)}
        self._at_node: dict[str, tuple[int, float]] = {}
        self._plane = Plane(*next(iter(nodes.values())))
        self._graphs = {vehicle: self._graph(vehicle) for vehicle in Vehicle}
        self._backwards = {vehicle: graph.reverse() for vehicle, graph in self._graphs.items()}
        self._segments()
        self._snaps: dict[tuple, Snap] = {}
        self._trees: dict[tuple, np.ndarray] = {}
        self._costs: dict[tuple, tuple[float, float] | None] = {}

    # -- Building ------------------------------------------------------------------------------------------

    def _graph(self, vehicle: Vehicle) -> nx.DiGraph:
        graph = nx.DiGraph()
        graph.add_nodes_from(self.nodes)
        for i, edge in enumerate(self.edges):
            for a, b, forwards in ((edge["a"], edge["b"], True), (edge["b"], edge["a"], False)):
                pace = self._pace(edge, vehicle, forwards)
                if pace is None or a == b:
                    continue
                seconds = edge["m"] * pace
                known = graph.get_edge_data(a, b)
                if not known or seconds < known["seconds"]:
                    graph.add_edge(a, b, seconds=seconds, metres=edge["m"], edge=i)
        return graph

    @staticmethod
    def _pace(edge: dict, vehicle: Vehicle, forwards: bool) -> float | None:
        """Seconds per metre along an edge in one direction; None where there is no way."""
        allowed = edge["go"] if forwards else edge["back"]
        if LETTER[vehicle] in allowed:
            return 1 / SPEED[vehicle]
        if FOOT in allowed and (vehicle == Vehicle.FOOT or edge.get("pushing", True)):
            return (CARRYING if edge.get("steps") else 1.0) / SPEED[Vehicle.FOOT]
        return None

    def _segments(self) -> None:
        """Every straight piece of every walkable edge, as arrays: what a position snaps to."""
        rows = []
        for i, edge in enumerate(self.edges):
            if FOOT not in edge["go"] or FOOT not in edge["back"]:
                continue
            self._at_node |= {edge["a"]: (i, 0.0), edge["b"]: (i, edge["m"])}
            line = [self._plane.xy(*p) for p in self._line_of(edge)]
            along = 0.0
            for (ax, ay), (bx, by) in pairwise(line):
                size = math.hypot(bx - ax, by - ay)
                if size:
                    rows.append((i, along, ax, ay, bx - ax, by - ay, size))
                along += size
        self._seg = np.array(rows).T

    def _line_of(self, edge: dict) -> list[LatLon]:
        return [self.nodes[edge["a"]], *edge["via"], self.nodes[edge["b"]]]

    # -- Snapping ------------------------------------------------------------------------------------------

    def snap(self, spot: Spot) -> Snap:
        """The nearest point on a path; the door's own node where a place names one."""
        if not isinstance(spot, Place):
            return self._nearest(spot[0], spot[1])
        key = (spot.lat, spot.lon, spot.node_key)
        if key not in self._snaps:
            self._snaps[key] = self._at(spot) or self._nearest(spot.lat, spot.lon)
        return self._snaps[key]

    def _at(self, place: Place) -> Snap | None:
        if place.node_key not in self._at_node:
            return None
        edge, along = self._at_node[place.node_key]
        point = tuple(self.nodes[place.node_key])
        return Snap(edge, along, point, metres((place.lat, place.lon), point))

    def _nearest(self, lat: float, lon: float) -> Snap:
        x, y = self._plane.xy(lat, lon)
        edge, along, ax, ay, dx, dy, size = self._seg
        t = np.clip(((x - ax) * dx + (y - ay) * dy) / (size * size), 0.0, 1.0)
        off = np.hypot(ax + t * dx - x, ay + t * dy - y)
        i = int(off.argmin())
        point = self._plane.latlon(ax[i] + t[i] * dx[i], ay[i] + t[i] * dy[i])
        number = int(edge[i])
        return Snap(
            number, float(min(along[i] + t[i] * size[i], self.edges[number]["m"])), point, float(off[i])
        )

    # -- Costs ---------------------------------------------------------------------------------------------

    def cost(self, from_spot: Spot, to_spot: Spot, vehicle: Vehicle) -> tuple[float, float] | None:
        """(seconds, metres) of the fastest trip, door to door; None where no path leads."""
        start, end = self.snap(from_spot), self.snap(to_spot)
        if not (isinstance(from_spot, Place) and isinstance(to_spot, Place)):
            return self._trip(start, end, vehicle, keep=isinstance(to_spot, Place))[0]
        key = (start, end, vehicle)
        if key not in self._costs:
            self._costs[key] = self._trip(start, end, vehicle, keep=True)[0]
        return self._costs[key]

    def _trip(self, start: Snap, end: Snap, vehicle: Vehicle, *, keep: bool):
        """The best of: straight along the one edge, or out of one end of the first and into one of the last.

        Returns ((seconds, metres) or None, (exit node, entry node) or None when along one edge).
        """
        walked = start.off + end.off
        stub = (walked / SPEED[Vehicle.FOOT], walked)
        best, ends = None, None
        if start.edge == end.edge:
            best = self._along(start.edge, start.along, end.along, vehicle)
        for entry, last in self._ends(end, vehicle, arriving=True):
            tree = self._arrivals(entry, vehicle, keep)
            for leave, first in self._ends(start, vehicle, arriving=False):
                seconds, distance = tree[self._index[leave]]
                whole = first[0] + seconds + last[0], first[1] + distance + last[1]
                if math.isfinite(seconds) and (best is None or whole[0] < best[0]):
                    best, ends = whole, (leave, entry)
        return best and (best[0] + stub[0], best[1] + stub[1]), ends

    def _along(self, number: int, start: float, end: float, vehicle: Vehicle) -> tuple[float, float] | None:
        pace = self._pace(self.edges[number], vehicle, end >= start)
        distance = abs(end - start)
        return None if pace is None else (distance * pace, distance)

    def _ends(self, snap: Snap, vehicle: Vehicle, *, arriving: bool):
        """The two ends of the edge of a snap, each with the cost between it and the snap."""
        edge = self.edges[snap.edge]
        for node, at in ((edge["a"], 0.0), (edge["b"], edge["m"])):
            way = (at, snap.along) if arriving else (snap.along, at)
            cost = self._along(snap.edge, *way, vehicle)
            if cost:
                yield node, cost

    def _arrivals(self, node: str, vehicle: Vehicle, keep: bool) -> np.ndarray:
        """(seconds, metres) from every node to this one, one row a node in the order of `nodes`."""
        key = (node, vehicle)
        if key in self._trees:
            return self._trees[key]
        graph = self._backwards[vehicle]
        before, seconds = nx.dijkstra_predecessor_and_distance(graph, node, weight="seconds")
        tree = np.full((len(self.nodes), 2), np.inf)
        for reached, time in seconds.items():  # nearest first: the predecessor's row is there already
            there = 0.0
            if (
                before[reached] and reached != node
            ):  # a barrier has no length: even the start has one before it
                previous = before[reached][0]
                there = tree[self._index[previous], 1] + graph[previous][reached]["metres"]
            tree[self._index[reached]] = time, there
        if keep:
            self._trees[key] = tree
        return tree

    # -- Geometry ------------------------------------------------------------------------------------------

    def line(self, from_spot: Spot, to_spot: Spot, vehicle: Vehicle) -> list[LatLon] | None:
        """The positions along the fastest trip, from path to path; None where no path leads."""
        start, end = self.snap(from_spot), self.snap(to_spot)
        cost, ends = self._trip(start, end, vehicle, keep=isinstance(to_spot, Place))
        if cost is None:
            return None
        if ends is None:
            return self._piece(start.edge, start.along, end.along)
        line = self._piece(start.edge, start.along, self._offset(start.edge, ends[0]))
        graph = self._graphs[vehicle]
        nodes = nx.bidirectional_dijkstra(graph, *ends, weight="seconds")[1]
        for a, b in pairwise(nodes):
            edge = self.edges[graph[a][b]["edge"]]
            whole = self._line_of(edge)
            line += whole[1:] if edge["a"] == a else whole[-2::-1]
        line += self._piece(end.edge, self._offset(end.edge, ends[1]), end.along)[1:]
        return _without_repeats([tuple(p) for p in line])

    def _offset(self, number: int, node: str) -> float:
        edge = self.edges[number]
        return 0.0 if edge["a"] == node else edge["m"]

    def _piece(self, number: int, start: float, end: float) -> list[LatLon]:
        """The part of an edge between two offsets in metres, in that direction."""
        line, along = self._line_of(self.edges[number]), 0.0
        low, high = min(start, end), max(start, end)
        piece = [self._point(line, low)]
        for a, b in pairwise(line):
            along += metres(a, b)
            if low < along < high:
                piece.append(tuple(b))
        piece.append(self._point(line, high))
        return piece if start <= end else piece[::-1]

    @staticmethod
    def _point(line: list[LatLon], offset: float) -> LatLon:
        for a, b in pairwise(line):
            size = metres(a, b)
            if offset <= size and size:
                t = offset / size
                return a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
            offset -= size
        return tuple(line[-1])


def _without_repeats(line: list[LatLon]) -> list[LatLon]:
    return [p for i, p in enumerate(line) if i == 0 or metres(line[i - 1], p) > 0.05]
