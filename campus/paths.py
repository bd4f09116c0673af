"""Builds a path network (the rows of `PathNetwork`) out of ways, from OpenStreetMap or drawn by hand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from campus.geo import LatLon, length

# The letters of the vehicles in an edge's `go` and `back`.
FOOT, BICYCLE, EBIKE = "f", "b", "e"


@dataclass(frozen=True)
class Way:
    """A line along `nodes` that the vehicles of `go` may follow and those of `back` may go against."""

    nodes: tuple[str, ...]
    go: str = FOOT + BICYCLE + EBIKE
    back: str = FOOT + BICYCLE + EBIKE
    steps: bool = False
    pushing: bool = True  # whether wheels may be pushed where they may not be ridden


@dataclass(frozen=True)
class Barrier:
    """A gate or bollard on a way: only the vehicles of `letters` get through, and nothing is pushed through."""

    node: str
    letters: str


@dataclass(frozen=True)
class Paths:
    """What goes into a `PathNetwork`; `dropped` edges could not be reached on foot from the rest."""

    nodes: dict[str, LatLon]
    edges: list[dict]
    dropped: int = 0


def build_paths(
    points: Mapping[str, LatLon],
    ways: Iterable[Way],
    closed: Collection[str] = (),
    *,
    barriers: Collection[Barrier] = (),
) -> Paths:
    """Cut ways into edges between junctions, shut the `closed` gates, and keep the largest connected part.

    A closed gate cuts the way: from both sides one comes up to it, and through it nobody goes. A barrier cuts it in the same
    way, and whoever gets through has an edge without length between the two sides.
    """
    import networkx as nx  # networks are built by a command and for the demo: other processes do without

    letters = dict.fromkeys(closed, "") | {barrier.node: barrier.letters for barrier in barriers}
    pieces, where = _cut_at_gates(points, ways, letters)
    uses = Counter(node for way in pieces for node in way.nodes)
    ends = {way.nodes[0] for way in pieces} | {way.nodes[-1] for way in pieces}
    junctions = ends | {node for node, count in uses.items() if count > 1}
    edges = [edge for way in pieces for edge in _edges(way, where, junctions)]

    walkable = nx.DiGraph()
    for edge in edges:
        if FOOT in edge["go"]:
            walkable.add_edge(edge["a"], edge["b"])
        if FOOT in edge["back"]:
            walkable.add_edge(edge["b"], edge["a"])
    kept = max(nx.strongly_connected_components(walkable), key=len, default=set())
    reachable = [edge for edge in edges if edge["a"] in kept and edge["b"] in kept]
    return Paths({node: where[node] for node in sorted(kept)}, reachable, len(edges) - len(reachable))


def _cut_at_gates(points, ways, letters: Mapping[str, str]) -> tuple[list[Way], dict[str, LatLon]]:
    """The ways in pieces, each of which ends in a node of its own at a gate, and joined again for whom it lets through."""
    pieces, where = [], dict(points)
    sides: dict[str, list[str]] = defaultdict(list)
    for way in ways:
        nodes: list[str] = []
        for i, node in enumerate(way.nodes):
            if node not in letters:
                nodes.append(node)
                continue
            for before in (True, False):
                if (i == 0 and before) or (i == len(way.nodes) - 1 and not before):
                    continue
                dead_end = f"{node}~{len(where)}"
                where[dead_end] = points[node]
                sides[node].append(dead_end)
                nodes.append(dead_end)
                if before:
                    pieces.append(Way(tuple(nodes), way.go, way.back, way.steps))
                    nodes = []
        if nodes:
            pieces.append(Way(tuple(nodes), way.go, way.back, way.steps))
    pieces = [piece for piece in pieces if len(piece.nodes) > 1]
    for node, ends in sides.items():
        if letters[node]:
            pieces += [
                Way(pair, letters[node], letters[node], pushing=False) for pair in combinations(ends, 2)
            ]
    return pieces, where


def _edges(way: Way, where: Mapping[str, LatLon], junctions: Collection[str]) -> Iterable[dict]:
    start = 0
    for i in range(1, len(way.nodes)):
        if way.nodes[i] not in junctions:
            continue
        line = [where[node] for node in way.nodes[start : i + 1]]
        edge = {
            "a": way.nodes[start],
            "b": way.nodes[i],
            "m": round(length(line), 2),
            "via": line[1:-1],
            "go": way.go,
            "back": way.back,
        }
        if way.steps:
            edge["steps"] = True
        if not way.pushing:
            edge["pushing"] = False
        yield edge
        start = i
