"""Squares and lifts that one walks over and through."""

import pytest

from campus import network
from tests.campus.osm_files import NORTH, SOUTH, extract, node, relation, way
from tests.campus.test_osm_cases import OPEN, read_in

pytestmark = pytest.mark.django_db
PLAZA = {"type": "multipolygon", "highway": "pedestrian"}


def square(tags: dict, *, pieces: bool = False, outer_tags: dict | None = None) -> str:
    """A square of 20 – 30 – 31 – 32 whose north-west corner a footpath leaves from."""
    corners = [node(30, (30.0005, 104.002)), node(31, (30.0015, 104.002)), node(32, (30.0015, 104.003))]
    beyond = node(33, (30.0025, 104.002))
    path = way(120, [31, 33], {"highway": "footway"})
    rings = (
        [way(121, [20, 30, 31]), way(122, [31, 32, 20])]
        if pieces
        else [way(121, [20, 30, 31, 32, 20], outer_tags)]
    )
    members = [("outer", 121), ("outer", 122)] if pieces else [("outer", 121)]
    return "".join([*corners, beyond, path, *rings, relation(200, members, tags)])


@pytest.mark.parametrize("pieces", [False, True])
def test_one_walks_along_the_edge_of_a_square(tmp_path, pieces):
    report = read_in(tmp_path, extract(square(PLAZA, pieces=pieces)))
    assert report.dropped_edges == 0
    assert network.distance_m(report.campus, SOUTH, (30.0025, 104.002)) == 319  # 96 + 111 + 111


def test_a_square_of_which_both_the_outline_and_the_relation_tell_is_walked_once(tmp_path):
    tags = {"highway": "pedestrian", "area": "yes"}
    once = read_in(tmp_path, extract(square({}, outer_tags=tags)))
    twice = read_in(tmp_path, extract(square(PLAZA, outer_tags=tags)))
    assert once.edges == twice.edges


def test_a_square_that_nobody_may_enter_is_no_way(tmp_path):
    report = read_in(tmp_path, extract(square(PLAZA | {"access": "no"})))
    assert report.dropped_edges == 1  # the path behind it
    assert any("highway=pedestrian × 1" in note for note in report.notes)


def test_a_lift_as_a_point_of_a_path_is_walked_through(tmp_path):
    assert (
        network.distance_m(read_in(tmp_path, extract(at_21={"highway": "elevator"})).campus, SOUTH, NORTH)
        == OPEN
    )
