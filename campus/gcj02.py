"""GCJ-02, the shifted coordinates of Chinese maps (Amap, Tencent, and what Google shows of China), to WGS-84 and back.

The formula became known in 2010 and is published with the constants of the Krasovsky 1940 ellipsoid in eviltransform
(https://github.com/googollee/eviltransform, MIT). The shift is some 100 to 700 m in China and none elsewhere; the way
back is found by iteration, to less than a decimetre.
"""

from math import cos, pi, radians, sin, sqrt

from campus.geo import LatLon

AXIS_M = 6_378_245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
STEPS = 6  # each makes the error some thousand times smaller


def is_in_china(p: LatLon) -> bool:
    """Whether the shift applies: by the rectangle that the formula's users take for it."""
    return 0.8293 <= p[0] <= 55.8271 and 72.004 <= p[1] <= 137.8347


def from_wgs84(p: LatLon) -> LatLon:
    """Where a Chinese map shows a position."""
    if not is_in_china(p):
        return p
    lat, lon = p
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3 + (
        160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)
    ) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3 + (
        150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)
    ) * 2 / 3
    magic = 1 - ECCENTRICITY_SQUARED * sin(radians(lat)) ** 2
    metres_a_degree = radians(1) * AXIS_M
    return (
        lat + north / (metres_a_degree * (1 - ECCENTRICITY_SQUARED) / (magic * sqrt(magic))),
        lon + east / (metres_a_degree * cos(radians(lat)) / sqrt(magic)),
    )


def to_wgs84(p: LatLon) -> LatLon:
    """The position that a Chinese map shows at `p`."""
    lat, lon = p
    for _step in range(STEPS):
        shown = from_wgs84((lat, lon))
        lat, lon = lat + p[0] - shown[0], lon + p[1] - shown[1]
    return lat, lon
