"""Plane geometry on the scale of a campus. Points are (lat, lon) in degrees or (x, y) in metres, as each name says."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LatLon = tuple[float, float]
XY = tuple[float, float]

M_PER_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371 km


class Plane:
    """Metres east and north of an origin. On three kilometres the error of the flat earth is below a millimetre."""

    def __init__(self, lat: float, lon: float) -> None:
        self.lat, self.lon = lat, lon
        self._east = M_PER_DEGREE * math.cos(math.radians(lat))

    def xy(self, lat: float, lon: float) -> XY:
        return (lon - self.lon) * self._east, (lat - self.lat) * M_PER_DEGREE

    def latlon(self, x: float, y: float) -> LatLon:
        return self.lat + y / M_PER_DEGREE, self.lon + x / self._east


def metres(a: LatLon, b: LatLon) -> float:
    """The straight distance of two positions."""
    east = (b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return M_PER_DEGREE * math.hypot(b[0] - a[0], east)


def metres_between(a: Sequence[LatLon], b: Sequence[LatLon]) -> "np.ndarray":
    """(len(a), len(b)) straight distances: `metres` for many at once."""
    import numpy as np  # see campus.network

    (lat_a, lon_a), (lat_b, lon_b) = np.reshape(a, (-1, 2)).T, np.reshape(b, (-1, 2)).T
    north = lat_b[None] - lat_a[:, None]
    east = (lon_b[None] - lon_a[:, None]) * np.cos(np.radians((lat_a[:, None] + lat_b[None]) / 2))
    return M_PER_DEGREE * np.hypot(north, east)


def length(points: Sequence[LatLon]) -> float:
    """The length in metres of a line through `points`."""
    return sum(metres(a, b) for a, b in pairwise(points))


def on_segment(p: XY, a: XY, b: XY) -> float:
    """Where on the segment a–b, from 0 to 1, the point nearest to `p` lies."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    size = dx * dx + dy * dy
    if size == 0:
        return 0.0
    return min(1.0, max(0.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / size))


def inside(point: tuple[float, float], ring: Sequence[tuple[float, float]]) -> bool:
    """Whether a point lies in a ring (even-odd rule). Both in the same units and order."""
    x, y = point
    found = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found = not found
    return found


def area(ring: Sequence[tuple[float, float]]) -> float:
    """Signed area in the square of the ring's units, positive when counter-clockwise in (x, y)."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centre of gravity of a ring; of its corners when it has no area."""
    whole = area(ring)
    if abs(whole) < 1e-15:
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    # Relative to the first corner: degrees would lose their digits otherwise.
    ox, oy = ring[0]
    cx = cy = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = (x1 - ox) * (y2 - oy) - (x2 - ox) * (y1 - oy)
        cx += (x1 + x2 - 2 * ox) * cross
        cy += (y1 + y2 - 2 * oy) * cross
    return ox + cx / (6 * whole), oy + cy / (6 * whole)


def simplified(points: Sequence[LatLon], tolerance: float) -> list[LatLon]:
    """The line without the corners that lie within `tolerance` metres of it (Douglas and Peucker)."""
    if len(points) < 3:
        return list(points)
    plane = Plane(*points[0])
    flat = [plane.xy(*p) for p in points]
    keep, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        far, worst = 0, tolerance
        for i in range(first + 1, last):
            a, b, p = flat[first], flat[last], flat[i]
            t = on_segment(p, a, b)
            off = math.hypot(a[0] + t * (b[0] - a[0]) - p[0], a[1] + t * (b[1] - a[1]) - p[1])
            if off > worst:
                far, worst = i, off
        if far:
            keep.add(far)
            stack += [(first, far), (far, last)]
    return [points[i] for i in sorted(keep)]
