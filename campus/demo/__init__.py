"""The demo campus that the product ships with: drawn by hand in `plan`, loaded by `load()`.

Loading again changes nothing unless the plan has changed, and never overwrites what an operator has edited.
"""

import hashlib
import random
from functools import cache
from itertools import chain
from pathlib import Path

from django.db import transaction

from campus import basemap, services
from campus.demo import drawing, plan
from campus.geo import LatLon, Plane, inside
from campus.imports import apply_unless_edited, upsert_imported
from campus.models import Campus, PeakPeriod, Place, Zone
from campus.paths import BICYCLE, EBIKE, FOOT, Paths, Way, build_paths

WHEELS_TOO, FEET = FOOT + BICYCLE + EBIKE, FOOT


def position(point: tuple[float, float]) -> LatLon:
    """A point of the plan on the globe."""
    ((x, y),) = drawing.placed([point], (0, 0), plan.TURNED_DEGREES)
    lat, lon = Plane(*plan.ORIGIN).latlon(x, y)
    return round(lat, 7), round(lon, 7)


def load() -> Campus:
    """Make the demo campus or bring it up to date with the plan."""
    stamp = _stamp()
    campus = Campus.objects.filter(code=plan.CODE).first()
    if campus and campus.imported.get("stamp") == stamp:
        return campus
    with transaction.atomic():
        lat, lon = position((-15, 15))
        campus, _ = Campus.objects.get_or_create(
            code=plan.CODE, defaults={"lat": lat, "lon": lon, "name": plan.NAME}
        )
        apply_unless_edited(campus, {"name": plan.NAME, "name_en": plan.NAME_EN, "lat": lat, "lon": lon})
        campus.imported["stamp"] = stamp
        campus.save()
        zones = {}
        for code, (name, name_en, admits) in plan.ZONES.items():
            fields = {"name": name, "name_en": name_en, "admits": str(admits), "admits_confirmed": True}
            zones[code] = upsert_imported(Zone, campus, code, fields).row
        for code, kind, zone, name, name_en, door, floors, has_lift in plan.PLACES:
            lat, lon = position(door)
            fields = {
                "kind": str(kind),
                "zone_id": zones[zone].pk,
                "name": name,
                "name_en": name_en,
                "lat": lat,
                "lon": lon,
                "floors": floors,
                "has_lift": has_lift,
                "is_active": code not in plan.CLOSED_GATES,
            }
            upsert_imported(Place, campus, code, fields)
        if not PeakPeriod.objects.filter(campus=campus).exists():
            for name, weekdays, start, end, factor in plan.PEAKS:
                PeakPeriod.objects.create(
                    campus=campus, name=name, hours=f"{weekdays} {start}-{end}", factor=factor
                )
        geojson, paths = _drawn()
        services.save_base_map(campus=campus, geojson=geojson)
        services.save_network(campus=campus, paths=paths)
    return campus


def _stamp() -> str:
    """Changes with the plan and with the code that draws it."""
    folder = Path(__file__).parent
    text = b"".join((folder / name).read_bytes() for name in ("__init__.py", "plan.py", "drawing.py"))
    return hashlib.sha256(text).hexdigest()[:16]


@cache
def _drawn() -> tuple[dict, Paths]:
    """The drawn map and the paths: half a second of geometry, done once a process."""
    lines = _lines()
    return _base_map(lines), _paths(lines)


def _lines() -> list[tuple[str, str, float, str, drawing.Line]]:
    """Every way as (name, English name, width, vehicles, line), with a common corner wherever two meet."""
    ways = [(*way[:3], WHEELS_TOO, drawing.smooth(way[3])) for way in chain(plan.STREETS, plan.ROADS)]
    ways += [("", "", 0, FEET, drawing.smooth(points, 10)) for points in plan.PATHS]
    ways += [("", "", 0, FEET, points) for points in plan.BRIDGES]
    together = drawing.joined([way[4] for way in ways])
    return [(*way[:4], line) for way, line in zip(ways, together, strict=True)]


def _paths(lines) -> Paths:
    keys: dict[tuple[float, float], str] = {}
    points: dict[str, LatLon] = {}
    gates = {place[0]: place[5] for place in plan.PLACES}
    ways = []
    for _name, _name_en, _width, vehicles, line in lines:
        for p in line:
            if p not in keys:
                keys[p] = f"n{len(keys)}"
                points[keys[p]] = position(p)
        ways.append(Way(tuple(keys[p] for p in line), vehicles, vehicles))
    return build_paths(points, ways, closed=[keys[gates[code]] for code in plan.CLOSED_GATES])


def _base_map(lines) -> dict:
    def on_globe(line):
        return [position(p) for p in line]

    def area(kind, ring, holes=(), **properties):
        return basemap.feature(
            kind, basemap.polygon(on_globe(ring), [on_globe(hole) for hole in holes]), **properties
        )

    features = [area("campus", drawing.blob(plan.BOUNDARY, 30))]
    features += [area("green", drawing.blob(points, 16)) for points in plan.GREENS]
    features += [area("wood", drawing.blob(points, 16)) for points in plan.WOODS]
    island = drawing.blob(plan.ISLAND, 8)
    features.append(area("water", drawing.blob(plan.LAKE), [island], n="望湖", e="Wanghu Lake"))
    features.append(area("wood", island))
    stream = basemap.line(on_globe(drawing.smooth(plan.STREAM)))
    features.append(basemap.feature("water", stream, w=8))
    features.append(area("plaza", drawing.circle(*plan.PLAZA)))
    x, y, width, height = plan.STADIUM
    features.append(area("pitch", drawing.track(x, y, width, height), t="track", p="stadium"))
    features.append(area("pitch", drawing.track(x, y, width - 20, height - 20), t="field"))
    for sport, centre, size, degrees in plan.PITCHES:
        features.append(
            area("pitch", drawing.placed(drawing.building("I", size)[0], centre, degrees), t=sport)
        )
    for _name, _name_en, width, _vehicles, line in lines:
        kind = "road" if width else "path"
        features.append(basemap.feature(kind, basemap.line(on_globe(line)), w=width))
    for code, kind, centre, size, degrees, shape in [*plan.BUILDINGS, *_town(lines)]:
        outline, courts = drawing.building(shape, size)
        ring, *holes = (drawing.placed(line, centre, degrees) for line in (outline, *courts))
        features.append(area("building", ring, holes, t=str(kind), p=code))
    for code, kind, _zone, _name, _name_en, door, _floors, _lift in plan.PLACES:
        if kind == Place.Kind.GATE:
            closed = "closed" if code in plan.CLOSED_GATES else ""
            features.append(basemap.feature("gate", basemap.point(position(door)), t=closed, p=code))
    # A metre is near enough for a tree, and there are more than a thousand.
    spots = [[round(lon, 5), round(lat, 5)] for lat, lon in on_globe(_trees(lines))]
    trees = {"type": "MultiPoint", "coordinates": spots}
    features.append(basemap.feature("tree", trees))
    return basemap.collection(features)


def _town(lines) -> list[tuple]:
    """Houses beyond the streets, in the form of the plan's own buildings. The same each time."""
    chance = random.Random(3)
    streets = [line for *_rest, line in lines[: len(plan.STREETS)]]
    streets += [drawing.smooth(plan.STREAM), [*plan.BOUNDARY, plan.BOUNDARY[0]]]
    houses = []
    for centre in drawing.scattered(plan.TOWN, 118, 5):
        size, shape = (chance.uniform(48, 80), chance.uniform(16, 44)), chance.choice("IIIULOE")
        turned = chance.choice((0, 90)) + chance.uniform(-5, 5)
        room = min(drawing.distance_to(street, centre) for street in streets)
        if room > 52 and not inside(centre, plan.BOUNDARY):
            houses.append(("", "", centre, size, turned, shape if size[1] > 30 else "I"))
    return houses


def _trees(lines) -> drawing.Line:
    """Trees in the woods and along the avenues, none of them on a way, in the water or in a house."""
    rows = [
        tree
        for name, _name_en, width, _vehicles, line in lines
        if name in plan.AVENUES
        for tree in drawing.tree_row(line, width / 2 + 4)
    ]
    woods = [
        tree
        for number, points in enumerate([*plan.WOODS, plan.ISLAND])
        for tree in drawing.scattered(drawing.blob(points, 16), 12, number)
    ]
    taken = [drawing.placed(drawing.building("I", b[3])[0], b[2], b[4]) for b in plan.BUILDINGS]
    taken += [drawing.placed(drawing.building("I", p[2])[0], p[1], p[3]) for p in plan.PITCHES]
    return [tree for tree in [*rows, *woods] if _is_free(tree, lines, taken)]


def _is_free(tree, lines, taken) -> bool:
    if any(abs(ring[0][0] - tree[0]) < 120 and inside(tree, ring) for ring in taken):
        return False
    for _name, _name_en, width, _vehicles, line in lines:
        room = (width or 2) / 2 + 1.5
        nearby = any(abs(p[0] - tree[0]) < 30 and abs(p[1] - tree[1]) < 30 for p in line)
        if nearby and drawing.distance_to(line, tree) < room:
            return False
    return True
