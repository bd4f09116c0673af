"""The drawn map: a GeoJSON FeatureCollection that static/js/map.js paints without any tile.

Properties of a feature:

* `k`, what it is: campus, green, wood, water, pitch, plaza, road, path, rail, building, gate, tree;
* `t`, of a building its kind (as `Place.Kind`), of a pitch its sport, of a gate "closed" when nobody gets through;
* `w`, of a road its width in metres;
* `n` and `e`, a Chinese and an English name that is not a place's;
* `p`, the code of the place that this is, whose name (as operators edit it) is written in its middle.
"""

from collections.abc import Iterable, Sequence

from campus.geo import LatLon

# Painted in this order, the lowest first.
KINDS = (
    "campus",
    "green",
    "wood",
    "pitch",
    "plaza",
    "water",
    "rail",
    "path",
    "road",
    "building",
    "tree",
    "gate",
)


def feature(kind: str, geometry: dict, **properties) -> dict:
    """A feature of the drawn map; empty properties are left out."""
    assert kind in KINDS, kind
    return {
        "type": "Feature",
        "properties": {"k": kind, **{key: value for key, value in properties.items() if value}},
        "geometry": geometry,
    }


def point(position: LatLon) -> dict:
    return {"type": "Point", "coordinates": _short(position)}


def line(positions: Iterable[LatLon]) -> dict:
    return {"type": "LineString", "coordinates": [_short(p) for p in positions]}


def polygon(ring: Sequence[LatLon], holes: Iterable[Sequence[LatLon]] = ()) -> dict:
    """An area; rings are closed here, wherever they came from."""
    return {"type": "Polygon", "coordinates": [_closed(r) for r in (ring, *holes)]}


def collection(features: Iterable[dict]) -> dict:
    order = {kind: i for i, kind in enumerate(KINDS)}
    return {
        "type": "FeatureCollection",
        "features": sorted(features, key=lambda f: order[f["properties"]["k"]]),
    }


def _short(position: LatLon) -> list[float]:
    # Six decimals are eleven centimetres; GeoJSON wants longitude first.
    return [round(position[1], 6), round(position[0], 6)]


def _closed(ring: Sequence[LatLon]) -> list[list[float]]:
    points = [_short(p) for p in ring]
    return points if points[0] == points[-1] else [*points, points[0]]
