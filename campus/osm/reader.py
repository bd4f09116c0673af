"""Reads an OpenStreetMap XML extract into plain dictionaries.

The file comes from the operator's own disk and is trusted, as every management command's argument is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from campus.geo import LatLon, area

Tags = dict[str, str]


@dataclass(frozen=True)
class Shape:
    """A node, a way or a relation with its tags. `line` is the way's or the outer ring's node ids."""

    id: str  # "n1", "w1" or "r1"
    tags: Tags
    line: tuple[str, ...] = ()
    holes: tuple[tuple[str, ...], ...] = ()

    @property
    def is_ring(self) -> bool:
        return len(self.line) > 3 and self.line[0] == self.line[-1]


@dataclass
class Extract:
    points: dict[str, LatLon] = field(default_factory=dict)  # by node id
    nodes: list[Shape] = field(default_factory=list)  # those with tags
    ways: dict[str, Shape] = field(default_factory=dict)
    areas: list[Shape] = field(default_factory=list)  # multipolygon relations

    def on_globe(self, line: Iterable[str]) -> list[LatLon]:
        return [self.points[node] for node in line if node in self.points]

    def shapes(self) -> Iterable[Shape]:
        yield from self.nodes
        yield from self.ways.values()
        yield from self.areas


def read(path: str | Path) -> Extract:
    """Read a file. Raises OSError, or xml.etree.ElementTree.ParseError for what is not XML."""
    extract, relations = Extract(), []
    for _event, element in ElementTree.iterparse(path):  # noqa: S314 - trusted, see above
        if element.tag not in ("node", "way", "relation"):
            continue
        number = element.get("id")
        tags = {tag.get("k"): tag.get("v") for tag in element.iter("tag")}
        if element.tag == "node":
            extract.points[number] = (float(element.get("lat")), float(element.get("lon")))
            if tags:
                extract.nodes.append(Shape(f"n{number}", tags, (number,)))
        elif element.tag == "way":
            line = tuple(nd.get("ref") for nd in element.iter("nd"))
            extract.ways[number] = Shape(f"w{number}", tags, line)
        elif tags.get("type") == "multipolygon":
            members = [
                (m.get("role"), m.get("ref")) for m in element.iter("member") if m.get("type") == "way"
            ]
            relations.append((f"r{number}", tags, members))
        element.clear()
    for number, tags, members in relations:
        outer = rings(
            extract.ways[ref].line for role, ref in members if role != "inner" and ref in extract.ways
        )
        inner = rings(
            extract.ways[ref].line for role, ref in members if role == "inner" and ref in extract.ways
        )
        if outer:
            largest = max(outer, key=lambda ring: abs(area(extract.on_globe(ring) or [(0, 0)])))
            extract.areas.append(Shape(number, tags, largest, tuple(inner)))
    return extract


def rings(lines: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """Join the pieces of a relation end to end; pieces that never close are left out."""
    open_ends = [list(line) for line in lines if len(line) > 1]
    closed = []
    while open_ends:
        ring = open_ends.pop()
        while ring[0] != ring[-1]:
            for i, other in enumerate(open_ends):
                if ring[-1] in (other[0], other[-1]):
                    ring += (other if other[0] == ring[-1] else other[::-1])[1:]
                    del open_ends[i]
                    break
            else:
                break
        if ring[0] == ring[-1] and len(ring) > 3:
            closed.append(tuple(ring))
    return closed
