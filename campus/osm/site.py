"""The campus in an extract: what lies in and around it, which ways lead through it, and what becomes a place."""

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campus.geo import LatLon, inside, metres, middle
from campus.geo import area as size_of
from campus.models import Place
from campus.osm import tags as meaning
from campus.osm.naming import Candidate, candidate_of, tell_apart, without_repeats
from campus.osm.reader import Extract, Line, Shape
from campus.osm.report import LeftOut, Reason
from campus.osm.university import UNIVERSITIES, University
from campus.path_graph import Network
from campus.paths import FOOT, Barrier, Paths, Way, build_paths

AROUND_M = 220  # what is drawn and walked beyond the campus's edge
# How far beyond the edge a place still belongs to the campus: its gates, and what students walk out for.
REACH_M = {Place.Kind.GATE: 30, Place.Kind.SHOP: 150, Place.Kind.PARCEL_STATION: 150}
DOOR_STEP_M = (
    6  # the outline of a building is looked at in steps of this for the side that is nearest to a path
)


class Site:
    """The campus in an extract, and what must be said about how it was read (`notes`, `left_out`)."""

    def __init__(self, extract: Extract, university: University) -> None:
        self.extract, self.outline, self.university = extract, university.outline, university
        self.notes, self.left_out = list(university.notes), list[LeftOut]()
        self.box = self.outline.box(AROUND_M)
        self.barriers = {
            shape.line[0]: letters
            for shape in extract.nodes
            if (letters := meaning.gets_through(shape.tags)) != FOOT + meaning.WHEELS
        }
        self._entrances = {
            node.line[0]
            for node in extract.nodes
            if node.tags.get("entrance", "no") not in ("no", "emergency")
        }
        self._note_losses()

    @property
    def shut(self) -> int:
        """How many barriers let nobody through."""
        return sum(not letters for letters in self.barriers.values())

    def _note_losses(self) -> None:
        if self.extract.deleted:
            self._note_count(
                ngettext(
                    "%d object that the file marks as deleted was left out.",
                    "%d objects that the file marks as deleted were left out.",
                    self.extract.deleted,
                ),
                self.extract.deleted,
            )
        if self.extract.unplaced:
            self._note_count(
                ngettext(
                    "%d point without a position on the globe was left out.",
                    "%d points without a position on the globe were left out.",
                    self.extract.unplaced,
                ),
                self.extract.unplaced,
            )

    def _note_count(self, sentence: str, count: int) -> None:
        self.notes.append(sentence % count)

    # -- Where ---------------------------------------------------------------------------------------------

    def near(self, p: LatLon) -> bool:
        return self.box[0] <= p[0] <= self.box[2] and self.box[1] <= p[1] <= self.box[3]

    def on_campus(self, p: LatLon) -> bool:
        return self.outline.contains(p)

    def centre(self, shape: Shape) -> LatLon | None:
        line = self.extract.on_globe(shape.line)
        return (middle(line[:-1]) if shape.is_ring else line[len(line) // 2]) if line else None

    def runs(self, line: Line) -> Iterator[Line]:
        """The parts of a line that are near."""
        run: list[str] = []
        for node in (*line, None):
            if node in self.extract.points and self.near(self.extract.points[node]):
                run.append(node)
                continue
            if len(run) > 1:
                yield tuple(run)
            run = []

    # -- Paths ---------------------------------------------------------------------------------------------

    def paths(self) -> Paths:
        """The path network; what is walked on is a street, a path, or the edge of a square."""
        ways, points, untaken = [], {}, Counter[str]()
        for shape, line in self._walkable():
            for run in self.runs(line):
                at = self.extract.points[run[len(run) // 2]]
                who = meaning.vehicles(shape.tags, on_campus=self.on_campus(at))
                if who:
                    ways.append(Way(run, *who, steps=shape.tags["highway"] == "steps"))
                    points |= {node: self.extract.points[node] for node in run}
                elif self.on_campus(at):
                    untaken[shape.tags["highway"]] += 1
        if untaken:
            listed = ", ".join(f"highway={kind} × {count}" for kind, count in sorted(untaken.items()))
            self.notes.append(
                _(
                    "Ways on the campus that nobody may use, or of a kind that couriers do not use, were left out: %s."
                )
                % listed
            )
        timed = [
            shape.id
            for shape, line in self._walkable()
            if any(key.endswith(":conditional") for key in shape.tags)
            and any(True for _run in self.runs(line))
        ]
        if timed:
            self.notes.append(
                _("Ways whose access changes with the hour are taken as always open: %s.") % ", ".join(timed)
            )
        barriers = [Barrier(node, letters) for node, letters in self.barriers.items()]
        return build_paths(points, ways, barriers=barriers)

    def _walkable(self) -> Iterator[tuple[Shape, Line]]:
        for shape in self.extract.ways.values():
            if "highway" in shape.tags:
                yield shape, shape.line
        streets = {shape.line for shape in self.extract.ways.values() if "highway" in shape.tags}
        for shape in self.extract.areas:
            if "highway" in shape.tags:
                yield from ((shape, ring) for ring in shape.outers if ring not in streets)

    # -- Places --------------------------------------------------------------------------------------------

    def candidates(self) -> list[Candidate]:
        """What becomes a place, outlines before points, each with a name of its own. The rest is in `left_out`."""
        found = []
        everything = [*self.extract.shapes(), *self.extract.relations]
        for shape in sorted(everything, key=lambda shape: ("wrn".index(shape.id[0]), shape.id)):
            candidate = self._candidate(shape)
            if candidate:
                found.append(candidate)
        kept, repeats = without_repeats(found)
        for repeat, known in repeats:
            self._leave_out(repeat.shape, Reason.REPEAT, known.code, name=repeat.name)
        for group in tell_apart(kept):
            self.notes.append(
                _("%(count)d places are called %(name)s on the map; here: %(names)s.")
                % {
                    "count": len(group),
                    "name": meaning.place_name(group[0].shape.tags, group[0].kind),
                    "names": ", ".join(candidate.name for candidate in group),
                }
            )
        return sorted(kept, key=lambda candidate: ("wrn".index(candidate.code[0]), candidate.code))

    def _candidate(self, shape: Shape) -> Candidate | None:
        kind, at = meaning.place_kind(shape.tags), self.centre(shape)
        if shape.id in self.university.shapes:
            return None  # the campus itself
        if not kind:
            if meaning.is_named_thing(shape.tags):
                self._leave_out(shape, Reason.NO_KIND)
            return None
        if self._is_university_again(shape):
            self._leave_out(shape, Reason.REPEAT)
        elif at is None:
            self._leave_out(shape, Reason.NO_POSITION)
        elif not (self.on_campus(at) or self.outline.metres_to_edge(at) < REACH_M.get(kind, 0)):
            self._leave_out(shape, Reason.OUTSIDE)
        elif not meaning.place_name(shape.tags, kind):
            self._leave_out(shape, Reason.NO_NAME, kind.label)
        else:
            grounds = (self.grounds_of(shape) or {}).get("name", "")
            return candidate_of(shape, kind, at, self.extract.on_globe(shape.line), grounds)
        return None

    def _is_university_again(self, shape: Shape) -> bool:
        """A point or an area that says once more what the whole campus is."""
        own = meaning.name(self.university.tags)
        return shape.tags.get("amenity") in UNIVERSITIES and meaning.name(shape.tags) in ("", own)

    def _leave_out(self, shape: Shape, reason: Reason, details: str = "", name: str = "") -> None:
        name = name or meaning.name(shape.tags) or shape.tags.get("ref", "") or "—"
        self.left_out.append(LeftOut(shape.id, name, reason, str(details)))

    def grounds_of(self, shape: Shape) -> dict | None:
        """The tags of the smallest named residential grounds within the campus that something stands in."""
        at = self.centre(shape)
        options = []
        for way in self.extract.ways.values():
            if way.tags.get("landuse") == "residential" and "name" in way.tags and way.is_ring:
                ring = self.extract.on_globe(way.line)
                if at and len(ring) > 2 and inside(at, ring):
                    options.append((abs(size_of(ring)), way.id, way.tags))
        return min(options, default=(0, "", None))[2]

    def door(self, candidate: Candidate, network: Network) -> LatLon:
        """A mapped entrance, else the point of the outline that is nearest to a path."""
        shape, line = candidate.shape, candidate.line
        if not shape.is_ring:
            return line[0]
        mapped = [self.extract.points[node] for node in shape.line if node in self._entrances]
        if mapped:
            return mapped[0]
        corners = []
        for a, b in pairwise(line):
            pieces = max(1, math.ceil(metres(a, b) / DOOR_STEP_M))
            corners += [
                (a[0] + (b[0] - a[0]) * i / pieces, a[1] + (b[1] - a[1]) * i / pieces) for i in range(pieces)
            ]
        return min(corners, key=lambda p: network.snap(p).off)
