"""Reads OpenStreetMap XML into plain dictionaries, whoever wrote it: the site's export, JOSM, Overpass in all its ways
(`out body`, `out geom`, `out center`, the same object twice)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from campus.geo import LatLon, area
from campus.osm.files import Source, broken_off, read_xml, wrong_format
from core.errors import Invalid

Tags = dict[str, str]
Line = tuple[str, ...]
AREAS = {"multipolygon", "boundary"}  # types of relations that are an area
OUTLINE_ROLES = {"outer", "outline", "perimeter"}


@dataclass(frozen=True)
class Shape:
    """A node, a way or a relation with its tags. `line` is the way's or the largest outer ring's node ids."""

    id: str  # "n1", "w1" or "r1"
    tags: Tags
    line: Line = ()
    holes: tuple[Line, ...] = ()
    others: tuple[Line, ...] = ()  # further outer rings

    @property
    def is_ring(self) -> bool:
        return len(self.line) > 3 and self.line[0] == self.line[-1]

    @property
    def outers(self) -> tuple[Line, ...]:
        return self.line, *self.others


@dataclass
class Extract:
    points: dict[str, LatLon] = field(default_factory=dict)  # by node id
    nodes: list[Shape] = field(default_factory=list)  # those with tags
    ways: dict[str, Shape] = field(default_factory=dict)
    areas: list[Shape] = field(default_factory=list)  # relations that are an area
    relations: list[Shape] = field(
        default_factory=list
    )  # the other ones, with an outline where they have one
    deleted: int = 0  # objects that the file marks as deleted: not read
    unplaced: int = 0  # nodes whose position is missing or none: not read

    def on_globe(self, line: Iterable[str]) -> list[LatLon]:
        return [self.points[node] for node in line if node in self.points]

    def shapes(self) -> Iterator[Shape]:
        yield from self.nodes
        yield from self.ways.values()
        yield from self.areas

    def size(self, shape: Shape) -> float:
        """The area of all outer rings, in square degrees."""
        rings_there = (self.on_globe(ring) for ring in shape.outers)
        return sum(abs(area(ring)) for ring in rings_there if len(ring) > 2)


@dataclass(frozen=True)
class Member:
    role: str
    way: str
    positions: tuple[LatLon, ...] = ()  # as `out geom` writes them


def read(source: Source) -> Extract:
    """Read a file. Raises OSError, or `Invalid` with one sentence about what is wrong with it."""
    reader = _Reader()
    root = ""
    try:
        for event, element in ElementTree.iterparse(BytesIO(read_xml(source)), ("start", "end")):  # noqa: S314 - no entities
            if event == "start":
                root = root or element.tag
            else:
                reader.take(element)
    except ElementTree.ParseError as error:
        line, column = error.position
        if error.code in (3, 5):  # no element found, unclosed token
            raise broken_off(_("line %d") % line) from error
        raise wrong_format(
            _("damaged in line %(line)d, column %(column)d") % {"line": line, "column": column}
        ) from error
    if root != "osm":
        raise wrong_format(_("XML of another kind (<%s>)") % root[:40])
    return reader.finish()


class _Reader:
    """Collects the elements of a file; what refers to others is put together at the end."""

    def __init__(self) -> None:
        self.extract = Extract()
        self._nodes: dict[str, Shape] = {}
        self._relations: dict[str, tuple[Shape, list[Member]]] = {}
        self._versions: dict[str, int] = {}
        self._centres: dict[str, str] = {}

    def take(self, element: ElementTree.Element) -> None:
        """Read an element that has ended; those within an object are read with it."""
        match element.tag:
            case "node" | "way" | "relation":
                self._object(element)
                element.clear()
            case "remark" if "error" in (element.text or "").lower():
                raise Invalid(
                    _(
                        "Overpass broke off while it wrote this file (“%s”): it is not whole. Ask for it again."
                    )
                    % " ".join((element.text or "").split())[:160]
                )
            case "action":
                raise wrong_format(_("a list of differences of Overpass (diff)"))

    def _object(self, element: ElementTree.Element) -> None:
        number = element.get("id")
        if number is None:
            self.extract.unplaced += 1
            return
        if element.get("action") == "delete" or element.get("visible") == "false":
            self.extract.deleted += 1
            return
        shape = Shape(
            element.tag[0] + number,
            {tag.get("k", ""): tag.get("v", "") for tag in element.iter("tag")},
        )
        newer = self._is_newer(shape.id, element.get("version"))
        if newer is None:
            return
        centre = _position(element.find("center"))
        if centre:
            self._centres[shape.id] = self._node_at(centre)
        if element.tag == "node":
            self._node(element, number, shape, newer)
        elif element.tag == "way":
            self._way(element, number, shape, newer)
        else:
            self._relation(element, number, shape, newer)

    def _is_newer(self, key: str, version: str | None) -> bool | None:
        """Whether an object replaces the one read before it; None when that one is the newer."""
        if not (version or "").isdigit():
            return False
        known = self._versions.get(key)
        if known is not None and known > int(version or 0):
            return None
        self._versions[key] = int(version or 0)
        return known is not None and known < int(version or 0)

    def _node(self, element, number: str, shape: Shape, newer: bool) -> None:
        position = _position(element)
        if position is None:
            self.extract.unplaced += 1
            return
        self.extract.points[number] = position
        shape = replace(shape, line=(number,))
        self._nodes[number] = shape if newer else _both(self._nodes.get(number), shape)

    def _way(self, element, number: str, shape: Shape, newer: bool) -> None:
        line = []
        for nd in element.iter("nd"):
            position = _position(nd)
            node = nd.get("ref") or (self._node_at(position) if position else None)
            if node is None:
                continue
            line.append(node)
            if position:
                self.extract.points.setdefault(node, position)
        shape = replace(shape, line=tuple(line))
        self.extract.ways[number] = shape if newer else _both(self.extract.ways.get(number), shape)

    def _relation(self, element, number: str, shape: Shape, newer: bool) -> None:
        members = []
        for member in element.iter("member"):
            if member.get("type") == "way" and member.get("ref"):
                positions = tuple(p for nd in member.iter("nd") if (p := _position(nd)))
                members.append(Member(member.get("role") or "", member.get("ref") or "", positions))
        known = self._relations.get(number)
        if known and not newer:
            shape, members = _both(known[0], shape), max(known[1], members, key=len)
        self._relations[number] = shape, members

    def _node_at(self, position: LatLon) -> str:
        """A node of our own at a position that the file gives without one."""
        node = f"@{position[0]},{position[1]}"
        self.extract.points[node] = position
        return node

    def finish(self) -> Extract:
        extract = self.extract
        extract.nodes = [shape for shape in self._nodes.values() if shape.tags]
        self._nodes_of_positions = {position: node for node, position in reversed(extract.points.items())}
        for shape, members in self._relations.values():
            self._put_together(shape, members)
        for number, way in extract.ways.items():
            if way.id in self._centres and not extract.on_globe(way.line):
                extract.ways[number] = replace(way, line=(self._centres[way.id],))
        return extract

    def _put_together(self, shape: Shape, members: list[Member]) -> None:
        is_area = shape.tags.get("type") in AREAS
        outer = rings(
            self._line_of(member)
            for member in members
            if (member.role != "inner" if is_area else member.role in OUTLINE_ROLES)
        )
        inner = rings(self._line_of(member) for member in members if member.role == "inner")
        if outer:
            largest = max(outer, key=lambda ring: abs(area(self.extract.on_globe(ring) or [(0, 0)])))
            others = tuple(ring for ring in outer if ring is not largest)
            shape = replace(shape, line=largest, holes=tuple(inner), others=others)
        elif shape.id in self._centres:
            shape = replace(shape, line=(self._centres[shape.id],))
        if is_area and shape.line:
            # A relation is an area whether or not it says so.
            self.extract.areas.append(replace(shape, tags={"area": "yes"} | shape.tags))
        elif shape.tags:
            self.extract.relations.append(shape)

    def _line_of(self, member: Member) -> Line:
        way = self.extract.ways.get(member.way)
        if way and (self.extract.on_globe(way.line) or not member.positions):
            return way.line
        return tuple(self._nodes_of_positions.get(p) or self._node_at(p) for p in member.positions)


def _position(element: ElementTree.Element | None) -> LatLon | None:
    """(lat, lon) of an element; None where it has none that is on the globe."""
    try:
        lat, lon = float(element.get("lat", "")), float(element.get("lon", ""))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        return None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else None


def _both(known: Shape | None, shape: Shape) -> Shape:
    """An object that a file has twice, as Overpass writes it with tags and once more without."""
    if known is None:
        return shape
    return replace(known, tags=known.tags | shape.tags, line=max(known.line, shape.line, key=len))


def rings(lines: Iterable[Sequence[str]]) -> list[Line]:
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
