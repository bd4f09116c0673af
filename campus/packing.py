"""The drawn map as it travels: whole steps from corner to corner instead of degrees, a third of the bytes of GeoJSON.

{"at": [lon, lat], "unit": steps a degree, "features": [{"k": …, …properties, "g": type, "c": steps}]}

`c` is a flat list of longitude and latitude in turn, each pair counted from the one before, the first from `at`; for a
Polygon a list of such lists. static/js/map.js makes GeoJSON of it again (`unpacked`).
"""

from itertools import pairwise
from math import hypot

from campus.geo import LatLon

UNIT = 500_000  # a step is 22 cm at most
TOLERANCE = 0.000002  # degrees: a corner that lies so near to the line between its neighbours is left out
VERSION = "2"  # part of the address that browsers keep for ever: a new form has a new one

Corner = tuple[float, float]


def packed(collection: dict, centre: LatLon) -> dict:
    """The features of a FeatureCollection (Points, MultiPoints, LineStrings and Polygons) around `centre`."""
    at = (round(centre[1], 6), round(centre[0], 6))
    return {
        "at": at,
        "unit": UNIT,
        "features": [_feature(feature, at) for feature in collection["features"]],
    }


def _feature(feature: dict, at: Corner) -> dict:
    kind, given = feature["geometry"]["type"], feature["geometry"]["coordinates"]
    if kind == "Polygon":
        steps = [_steps(_simplified(ring), at) for ring in given]
    elif kind == "LineString":
        steps = _steps(_simplified(given), at)
    else:
        steps = _steps([given] if kind == "Point" else given, at)
    return {**feature["properties"], "g": kind, "c": steps}


def _steps(corners: list, at: Corner) -> list[int]:
    whole = [(0, 0), *((round((x - at[0]) * UNIT), round((y - at[1]) * UNIT)) for x, y, *_height in corners)]
    return [step for (x0, y0), (x1, y1) in pairwise(whole) for step in (x1 - x0, y1 - y0)]


def _simplified(corners: list) -> list:
    """Without the corners that nobody would miss (Douglas and Peucker, 1973). A ring keeps its farthest corner too."""
    keep = {0, len(corners) - 1}
    if len(corners) > 3 and corners[0] == corners[-1]:
        x, y = corners[0][:2]
        keep.add(max(range(len(corners)), key=lambda i: hypot(corners[i][0] - x, corners[i][1] - y)))
    ends = sorted(keep)
    parts = list(pairwise(ends))
    while parts:
        first, last = parts.pop()
        far, corner = max(
            ((_distance(corners[i], corners[first], corners[last]), i) for i in range(first + 1, last)),
            default=(0.0, first),
        )
        if far > TOLERANCE:
            keep.add(corner)
            parts += [(first, corner), (corner, last)]
    return [corners[i] for i in sorted(keep)]


def _distance(corner: list, start: list, end: list) -> float:
    """From the line through `start` and `end`, in degrees."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    if not (length := hypot(dx, dy)):
        return hypot(corner[0] - start[0], corner[1] - start[1])
    return abs(dx * (start[1] - corner[1]) - dy * (start[0] - corner[0])) / length
