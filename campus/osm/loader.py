"""From an extract to the database. A second import updates; what operators have edited since stays."""

import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campus import basemap, services
from campus.geo import LatLon, Plane, area, inside, length, metres, middle, on_segment, simplified
from campus.imports import apply_unless_edited, upsert_imported
from campus.models import Campus, Place, Zone
from campus.osm import tags as meaning
from campus.osm.reader import Extract, Shape, read
from campus.path_graph import Network
from campus.paths import Paths, Way, build_paths
from core.errors import Invalid

ATTRIBUTION = "© OpenStreetMap contributors"
AROUND_M = 220  # what is drawn and walked beyond the campus's edge
# How far beyond the edge a place still belongs to the campus: its gates, and what students walk out for.
REACH_M = {Place.Kind.GATE: 30, Place.Kind.SHOP: 150, Place.Kind.PARCEL_STATION: 150}
ROUGH_M = 0.6  # corners that bend a drawn line by less are left out


@dataclass
class Report:
    """What an import did."""

    campus: Campus
    places: Counter = field(default_factory=Counter)  # by kind
    new: int = 0
    gone: int = 0
    zones: int = 0
    nodes: int = 0
    edges: int = 0
    metres: int = 0
    shut_gates: int = 0
    dropped_edges: int = 0
    features: int = 0


def import_osm(path: str | Path, *, code: str = "", name: str = "") -> Report:
    """Read an OpenStreetMap XML file into a campus.

    Without `code` and `name`, those of the largest university in the file. Raises `Invalid` when there is none.
    """
    site = Site(read(path))
    paths = site.paths()
    if not paths.edges:
        raise Invalid(_("There are no footpaths in this file."))
    network = Network(paths.nodes, paths.edges)
    with transaction.atomic():
        campus = _campus(site, code, name)
        report = Report(campus, nodes=len(paths.nodes), edges=len(paths.edges), dropped_edges=paths.dropped)
        report.metres = round(sum(edge["m"] for edge in paths.edges))
        report.shut_gates = len(site.shut)
        codes = _put_places(site, network, campus, report)
        drawing = site.drawing(codes)
        report.features = len(drawing["features"])
        services.save_base_map(campus=campus, geojson=drawing)
        services.save_network(campus=campus, paths=paths)
    return report


def _campus(site: "Site", code: str, name: str) -> Campus:
    tags = site.edge.tags
    code = code or slugify(tags.get("name:en", ""))[:32] or "campus"
    lat, lon = middle(site.ring)
    fields = {"lat": lat, "lon": lon, "attribution": ATTRIBUTION}
    fields["name"] = (name or meaning.name(tags) or code)[:80]
    fields["name_en"] = tags.get("name:en", "")[:80]
    campus = Campus.objects.filter(code=code).first() or Campus(code=code)
    apply_unless_edited(campus, fields)
    campus.save()
    return campus


def _put_places(site: "Site", network: Network, campus: Campus, report: Report) -> set[str]:
    found = list(site.places())
    zones = _put_zones(site, campus, found)
    report.zones = len(set(zones.values()))
    codes = set()
    for shape, kind in found:
        lat, lon = site.door(shape, network)
        storeys = meaning.floors(shape.tags, kind)
        fields = {
            "kind": str(kind),
            "zone_id": zones[shape.id].pk,
            "name": meaning.name(shape.tags)[:80],
            "name_en": shape.tags.get("name:en", "")[:80],
            "lat": round(lat, 7),
            "lon": round(lon, 7),
            "floors": storeys,
            "has_lift": storeys >= 7,  # from seven storeys on the building code asks for one
            "is_active": not meaning.is_shut(shape.tags),
        }
        place, new = upsert_imported(Place, campus, shape.id, fields)
        codes.add(place.code)
        report.new += new
        report.places[place.kind] += 1
    for place in Place.objects.filter(campus=campus, is_active=True).exclude(code__in=codes):
        if place.imported.get("is_active"):  # an operator's own places are not ours to close
            apply_unless_edited(place, {"is_active": False})
            place.save()
            report.gone += 1
    return codes


def _put_zones(site: "Site", campus: Campus, found: list[tuple[Shape, str]]) -> dict[str, Zone]:
    """A zone for each cluster of dorms, by their common name or the named grounds they stand in; one for the rest."""
    clusters = defaultdict(list)
    for shape, kind in found:
        if kind == Place.Kind.DORM:
            grounds = site.grounds_of(shape)
            names = (
                (grounds["name"], grounds.get("name:en", "")) if grounds else meaning.dorm_cluster(shape.tags)
            )
            clusters[names[0]].append((shape, names[1]))
    zones = {}
    for name, members in sorted(clusters.items()):
        if not name or len(members) < 2:
            continue
        code = f"z{zlib.crc32(name.encode()):08x}"
        english = next((text for _shape, text in members if text), "")
        zone, _new = upsert_imported(Zone, campus, code, {"name": name[:80], "name_en": english[:80]})
        zones |= {shape.id: zone for shape, _english in members}
    rest, _new = upsert_imported(Zone, campus, "grounds", {"name": "校园公共区", "name_en": "Campus grounds"})
    return {shape.id: zones.get(shape.id, rest) for shape, _kind in found}


class Site:
    """The campus in an extract: its edge, and what lies in and around it."""

    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        universities = [
            shape
            for shape in [*extract.ways.values(), *extract.areas]
            if shape.tags.get("amenity") in ("university", "college") and shape.is_ring
        ]
        if not universities:
            raise Invalid(_("There is no university area in this file."))
        self.edge = max(universities, key=lambda shape: abs(area(extract.on_globe(shape.line))))
        self.ring = extract.on_globe(self.edge.line)
        self.plane = Plane(*self.ring[0])
        self.shut = {shape.line[0] for shape in extract.nodes if meaning.is_shut(shape.tags)}
        margin = self.plane.latlon(AROUND_M, AROUND_M)
        dlat, dlon = margin[0] - self.ring[0][0], margin[1] - self.ring[0][1]
        lats, lons = [p[0] for p in self.ring], [p[1] for p in self.ring]
        self.box = (min(lats) - dlat, min(lons) - dlon, max(lats) + dlat, max(lons) + dlon)

    # -- Where ---------------------------------------------------------------------------------------------

    def near(self, p: LatLon) -> bool:
        return self.box[0] <= p[0] <= self.box[2] and self.box[1] <= p[1] <= self.box[3]

    def on_campus(self, p: LatLon) -> bool:
        return inside(p, self.ring)

    def centre(self, shape: Shape) -> LatLon | None:
        line = self.extract.on_globe(shape.line)
        return (middle(line[:-1]) if shape.is_ring else line[len(line) // 2]) if line else None

    def runs(self, shape: Shape) -> Iterator[tuple[str, ...]]:
        """The parts of a way that are near."""
        run: list[str] = []
        for node in (*shape.line, None):
            if node in self.extract.points and self.near(self.extract.points[node]):
                run.append(node)
                continue
            if len(run) > 1:
                yield tuple(run)
            run = []

    # -- Paths ---------------------------------------------------------------------------------------------

    def paths(self) -> Paths:
        ways, points = [], {}
        for shape in self.extract.ways.values():
            for run in self.runs(shape):
                who = meaning.vehicles(
                    shape.tags, on_campus=self.on_campus(self.extract.points[run[len(run) // 2]])
                )
                if who:
                    ways.append(Way(run, *who, steps=shape.tags["highway"] == "steps"))
                    points |= {node: self.extract.points[node] for node in run}
        return build_paths(points, ways, self.shut)

    # -- Places --------------------------------------------------------------------------------------------

    def places(self) -> Iterator[tuple[Shape, str]]:
        """(shape, kind) of every place on the campus, outlines before points; the same name twice counts once."""
        seen = set()
        for shape in sorted(self.extract.shapes(), key=lambda shape: ("wrn".index(shape.id[0]), shape.id)):
            kind, at = meaning.place_kind(shape.tags), self.centre(shape)
            if not kind or not at or not self.near(at) or (meaning.name(shape.tags), kind) in seen:
                continue
            if self.on_campus(at) or self.beyond(at) < REACH_M.get(kind, 0):
                seen.add((meaning.name(shape.tags), kind))
                yield shape, kind

    def beyond(self, p: LatLon) -> float:
        """Metres from a position to the campus's edge."""
        at, edge = self.plane.xy(*p), [self.plane.xy(*corner) for corner in self.ring]
        off = []
        for a, b in pairwise(edge):
            t = on_segment(at, a, b)
            off.append(math.hypot(a[0] + t * (b[0] - a[0]) - at[0], a[1] + t * (b[1] - a[1]) - at[1]))
        return min(off)

    def grounds_of(self, shape: Shape) -> dict | None:
        """The tags of the smallest named residential grounds within the campus that a dorm stands in."""
        at = self.centre(shape)
        options = []
        for way in self.extract.ways.values():
            if way.tags.get("landuse") == "residential" and "name" in way.tags and way.is_ring:
                ring = self.extract.on_globe(way.line)
                if len(ring) > 2 and inside(at, ring):
                    options.append((abs(area(ring)), way.id, way.tags))
        return min(options, default=(0, "", None))[2]

    def door(self, shape: Shape, network: Network) -> LatLon:
        """A mapped entrance, else the point of the outline that is nearest to a path."""
        line = self.extract.on_globe(shape.line)
        if not shape.is_ring:
            return line[0]
        entrances = {
            node.line[0]
            for node in self.extract.nodes
            if node.tags.get("entrance", "no") not in ("no", "emergency")
        }
        mapped = [self.extract.points[node] for node in shape.line if node in entrances]
        if mapped:
            return mapped[0]
        corners = []
        for a, b in pairwise(line):
            pieces = max(1, math.ceil(metres(a, b) / 6))
            corners += [
                (a[0] + (b[0] - a[0]) * i / pieces, a[1] + (b[1] - a[1]) * i / pieces) for i in range(pieces)
            ]
        return min(corners, key=lambda p: network.snap(p).off)

    # -- The drawn map -------------------------------------------------------------------------------------

    def drawing(self, codes: set[str]) -> dict:
        features = [basemap.feature("campus", basemap.polygon(self.ring))]
        for shape in self.extract.shapes():
            at = self.centre(shape)
            if at and shape.tags and (self.near(at) or any(True for _run in self.runs(shape))):
                features += self.drawn(shape, shape.id if shape.id in codes else "")
        return basemap.collection(features)

    def drawn(self, shape: Shape, code: str) -> Iterator[dict]:
        tags = shape.tags
        if shape.id[0] == "n":
            if tags.get("barrier") == "gate" and (code or meaning.is_shut(tags)):
                shut = "closed" if meaning.is_shut(tags) else ""
                yield basemap.feature("gate", basemap.point(self.centre(shape)), t=shut, p=code)
            elif tags.get("natural") == "tree":
                position = basemap.point(self.centre(shape))["coordinates"]
                yield basemap.feature("tree", {"type": "MultiPoint", "coordinates": [position]})
        elif shape.is_ring and tags.get("building", "roof") not in ("roof", "no"):
            kind = meaning.place_kind(tags) if self.on_campus(self.centre(shape)) else ""
            yield basemap.feature("building", self.polygon(shape), t=str(kind or ""), p=code)
        elif shape.is_ring and meaning.ground(tags):
            kind, sort = meaning.ground(tags)
            names = {"n": tags.get("name"), "e": tags.get("name:en")} if kind == "water" else {}
            yield basemap.feature(kind, self.polygon(shape), t=sort, p=code, **names)
        elif tags.get("tunnel") not in (None, "no"):
            return
        elif tags.get("highway") in meaning.ROAD_WIDTH:
            yield from self.lines(shape, "road", w=meaning.ROAD_WIDTH[tags["highway"]])
        elif tags.get("highway") in meaning.FOOTWAYS:
            yield from self.lines(shape, "path")
        elif tags.get("waterway") in meaning.WATERWAY_WIDTH:
            yield from self.lines(shape, "water", w=meaning.WATERWAY_WIDTH[tags["waterway"]])
        elif tags.get("railway") in ("rail", "tram", "light_rail", "subway"):
            yield from self.lines(shape, "rail")

    def polygon(self, shape: Shape) -> dict:
        on_globe = self.extract.on_globe
        holes = [simplified(on_globe(hole), ROUGH_M) for hole in shape.holes if len(on_globe(hole)) > 3]
        return basemap.polygon(simplified(on_globe(shape.line), ROUGH_M), holes)

    def lines(self, shape: Shape, kind: str, **properties) -> Iterator[dict]:
        for run in self.runs(shape):
            line = simplified(self.extract.on_globe(run), ROUGH_M)
            if length(line) > 1:
                yield basemap.feature(kind, basemap.line(line), **properties)
