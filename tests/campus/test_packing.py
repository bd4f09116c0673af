"""The drawn map loses nothing that anybody could see when it is packed for its way."""

import gzip
import json

import pytest

from campus import basemap, packing
from campus.demo import _drawn

CENTRE = (31.02, 121.43)


def unpacked(feature: dict, base: dict):
    """As static/js/map.js does it."""

    def corners(steps):
        x = y = 0
        line = []
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            line.append([base["at"][0] + x / base["unit"], base["at"][1] + y / base["unit"]])
        return line

    if feature["g"] == "Polygon":
        return [corners(ring) for ring in feature["c"]]
    return corners(feature["c"])[0] if feature["g"] == "Point" else corners(feature["c"])


def there_and_back(geometry: dict):
    base = packing.packed({"features": [basemap.feature("road", geometry, w=7)]}, CENTRE)
    return unpacked(base["features"][0], base)


def near(found, expected):
    return [tuple(point) for point in found] == [pytest.approx(tuple(point), abs=1e-6) for point in expected]


def test_what_is_said_of_a_feature_stays():
    base = packing.packed(
        {"features": [basemap.feature("road", basemap.line([CENTRE, (31.03, 121.44)]), w=7, n="环湖路")]},
        CENTRE,
    )
    assert {key: base["features"][0][key] for key in ("k", "w", "n", "g")} == {
        "k": "road",
        "w": 7,
        "n": "环湖路",
        "g": "LineString",
    }


def test_a_bent_line_keeps_its_corners():
    line = basemap.line([(31.02, 121.43), (31.021, 121.431), (31.02, 121.432)])
    assert near(there_and_back(line), line["coordinates"])


def test_a_corner_on_a_straight_line_is_left_out():
    line = basemap.line([(31.02, 121.43), (31.021, 121.431), (31.022, 121.432)])
    assert near(there_and_back(line), [line["coordinates"][0], line["coordinates"][-1]])


def test_an_area_stays_closed_with_its_holes():
    ring = [(31.02, 121.43), (31.02, 121.44), (31.03, 121.44), (31.03, 121.43)]
    hole = [(31.024, 121.434), (31.024, 121.436), (31.026, 121.436)]
    area = basemap.polygon(ring, [hole])
    outer, inner = there_and_back(area)
    assert near(outer, area["coordinates"][0])
    assert near(inner, area["coordinates"][1])


def test_points_are_where_they_were():
    assert near([there_and_back(basemap.point((31.025, 121.435)))], [(121.435, 31.025)])
    trees = {"type": "MultiPoint", "coordinates": [[121.43, 31.02], [121.431, 31.021], [121.432, 31.022]]}
    assert near(there_and_back(trees), trees["coordinates"])


def test_the_demos_campus_travels_in_less_than_half():
    drawn, _paths = _drawn()
    plain, small = (
        len(gzip.compress(json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()))
        for what in (drawn, packing.packed(drawn, (29.55, 118.96)))
    )
    assert small < plain / 2
