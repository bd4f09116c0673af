"""The edge of a campus: one area or several, with holes. What lies on it, and how far from it the rest is."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from campus.geo import LatLon, Plane, area, inside, middle, on_segment

Ring = Sequence[LatLon]
CIRCLE_CORNERS = 48


@dataclass(frozen=True)
class Outline:
    """Outer rings and holes, as positions; the largest outer ring comes first."""

    outers: tuple[Ring, ...]
    holes: tuple[Ring, ...] = ()

    def contains(self, p: LatLon) -> bool:
        return any(inside(p, ring) for ring in self.outers) and not any(
            inside(p, ring) for ring in self.holes
        )

    def metres_to_edge(self, p: LatLon) -> float:
        """Metres from a position to the nearest edge, from within as from without."""
        plane = Plane(*p)
        found = math.inf
        for ring in (*self.outers, *self.holes):
            edge = [plane.xy(*corner) for corner in (*ring, ring[0])]
            for a, b in pairwise(edge):
                t = on_segment((0.0, 0.0), a, b)
                found = min(found, math.hypot(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
        return found

    def metres_beyond(self, p: LatLon) -> float:
        """Metres that a position lies outside; 0 within."""
        return 0.0 if self.contains(p) else self.metres_to_edge(p)

    def centre(self) -> LatLon:
        """The middle of the largest part."""
        return middle(self.outers[0])

    def box(self, margin_m: float) -> tuple[float, float, float, float]:
        """(south, west, north, east) of all parts, with a margin."""
        lats = [p[0] for ring in self.outers for p in ring]
        lons = [p[1] for ring in self.outers for p in ring]
        north, east = Plane(max(lats), max(lons)).latlon(margin_m, margin_m)
        south, west = Plane(min(lats), min(lons)).latlon(-margin_m, -margin_m)
        return south, west, north, east

    def parts(self) -> list[tuple[Ring, list[Ring]]]:
        """Each outer ring with the holes that lie in it."""
        return [(ring, [hole for hole in self.holes if inside(hole[0], ring)]) for ring in self.outers]


def outline_of_rings(outers: Iterable[Ring], holes: Iterable[Ring] = ()) -> Outline | None:
    """None where no ring has an area."""
    with_area = [ring for ring in outers if len(ring) > 2 and abs(area(ring)) > 0]
    with_area.sort(key=lambda ring: -abs(area(ring)))
    return Outline(tuple(with_area), tuple(hole for hole in holes if len(hole) > 2)) if with_area else None


def circle(centre: LatLon, radius_m: float) -> Outline:
    """A round campus, where nobody has drawn one."""
    plane = Plane(*centre)
    turns = [2 * math.pi * i / CIRCLE_CORNERS for i in range(CIRCLE_CORNERS)]
    return Outline((tuple(plane.latlon(radius_m * math.cos(t), radius_m * math.sin(t)) for t in turns),))


def outline_from_geojson(text: str) -> Outline | None:
    """All polygons of a GeoJSON text (a geometry, a feature or a collection) as one outline; None when it has none."""
    try:
        return outline_from_features([json.loads(text)])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None


def outline_from_features(features: Iterable[dict]) -> Outline | None:
    """The polygons of GeoJSON objects, however deep they are wrapped."""
    outers: list[Ring] = []
    holes: list[Ring] = []
    for outer, *inner in _polygons(features):
        outers.append(outer)
        holes += inner
    return outline_of_rings(outers, holes)


def _polygons(objects: Iterable[dict]) -> Iterable[list[Ring]]:
    for item in objects:
        kind = item.get("type")
        if kind == "FeatureCollection":
            yield from _polygons(item["features"])
        elif kind == "Feature":
            yield from _polygons([item["geometry"]])
        elif kind in ("Polygon", "MultiPolygon"):
            many = [item["coordinates"]] if kind == "Polygon" else item["coordinates"]
            for rings in many:
                yield [[(float(p[1]), float(p[0])) for p in ring] for ring in rings]
