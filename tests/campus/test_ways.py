"""How far, how long, along which way: against sums done by hand."""

from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campus import network, services
from campus.geo import length, metres
from campus.models import PathNetwork, Vehicle, Weather
from campus.paths import FOOT, Way, build_paths
from tests.campus.conftest import PLANE
from tests.factories import CampusFactory, PlaceFactory

FEET, BICYCLE, EBIKE = Vehicle.FOOT, Vehicle.BICYCLE, Vehicle.EBIKE


def put(campus, points, ways, closed=()):
    on_globe = {key: PLANE.latlon(x, y) for key, (x, y) in points.items()}
    services.save_network(campus=campus, paths=build_paths(on_globe, ways, closed))
    return {key: PlaceFactory(campus=campus, code=key, lat=p[0], lon=p[1]) for key, p in on_globe.items()}


def test_the_shortest_way_on_foot_is_the_diagonal(square):
    trip = network.travel(square.campus, square.a, square.c, FEET)
    assert trip.distance_m == 141
    assert trip.seconds == round(141.42 / 1.3)


def test_wheels_go_round_because_riding_is_faster_than_pushing(square):
    trip = network.travel(square.campus, square.a, square.c, EBIKE)
    assert trip.distance_m == 200
    assert trip.seconds == round(200 / 4.2)
    assert network.travel(square.campus, square.a, square.c, BICYCLE).seconds == round(200 / 3.4)


def test_wheels_are_pushed_where_there_is_only_a_footpath(db):
    campus = CampusFactory()
    places = put(
        campus, {"a": (0, 0), "b": (100, 0), "c": (200, 0)}, [Way(("a", "b")), Way(("b", "c"), FOOT, FOOT)]
    )
    assert network.travel(campus, places["a"], places["c"], EBIKE).seconds == round(100 / 4.2 + 100 / 1.3)


def test_a_bicycle_is_slow_on_stairs_and_feet_are_not(db):
    campus = CampusFactory()
    places = put(campus, {"a": (0, 0), "b": (30, 0)}, [Way(("a", "b"), FOOT, FOOT, steps=True)])
    assert network.travel(campus, places["a"], places["b"], FEET).seconds == round(30 / 1.3)
    assert network.travel(campus, places["a"], places["b"], BICYCLE).seconds == round(3 * 30 / 1.3)


def test_a_one_way_street_binds_wheels_and_not_feet(db):
    campus = CampusFactory()
    points = {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100)}
    places = put(campus, points, [Way(("a", "b"), back=FOOT), Way(("b", "c", "d", "a"))])
    there = network.travel(campus, places["a"], places["b"], EBIKE)
    back = network.travel(campus, places["b"], places["a"], EBIKE)
    assert (there.distance_m, back.distance_m) == (100, 300)
    assert network.distance_m(campus, places["b"], places["a"], FEET) == 100


GATE = {"a": (0, 0), "gate": (50, 0), "b": (100, 0), "c": (100, 80), "d": (0, 80)}


def test_a_closed_gate_is_no_way_through(db):
    campus = CampusFactory()
    ways = [Way(("a", "gate", "b")), Way(("b", "c", "d", "a"))]
    places = put(campus, GATE, ways, closed=["gate"])
    for vehicle in Vehicle:
        assert network.distance_m(campus, places["a"], places["b"], vehicle) == 260
    line = network.route(campus, places["a"], places["b"]).points
    assert all(metres(p, places["gate"].position) > 30 for p in line)


def test_the_same_gate_open_is_one(db):
    campus = CampusFactory()
    places = put(campus, GATE, [Way(("a", "gate", "b")), Way(("b", "c", "d", "a"))])
    assert network.distance_m(campus, places["a"], places["b"]) == 100


def test_one_still_comes_up_to_a_closed_gate_from_both_sides(db):
    campus = CampusFactory()
    places = put(campus, GATE, [Way(("a", "gate", "b")), Way(("b", "c", "d", "a"))], closed=["gate"])
    west = PlaceFactory(campus=campus, lat=PLANE.latlon(45, 0)[0], lon=PLANE.latlon(45, 0)[1])
    east = PlaceFactory(campus=campus, lat=PLANE.latlon(55, 0)[0], lon=PLANE.latlon(55, 0)[1])
    assert network.distance_m(campus, places["a"], west) == 45
    assert network.distance_m(campus, east, places["b"]) == 45
    assert network.distance_m(campus, west, east) == 45 + 260 + 45


def test_paths_that_lead_nowhere_are_left_out():
    points = {
        key: PLANE.latlon(x, 0) for key, x in (("a", 0), ("b", 100), ("c", 200), ("x", 500), ("y", 520))
    }
    paths = build_paths(points, [Way(("a", "b", "c")), Way(("a", "b")), Way(("x", "y"))])
    assert set(paths.nodes) == {"a", "b", "c"}
    assert paths.dropped == 1


def test_both_ends_snap_to_the_path_and_the_last_metres_are_walked(square):
    trip = network.travel(square.campus, square.side, square.b, EBIKE)
    assert trip.distance_m == 62  # 12 m to the path, 50 m along it
    assert trip.seconds == round(12 / 1.3 + 50 / 4.2)
    route = network.route(square.campus, square.side, square.b, EBIKE)
    assert [round(metres(*stub)) for stub in route.stubs] == [12, 0]
    assert route.stubs[0][0] == square.side.position


def test_two_doors_on_one_path_need_no_junction(square):
    other = PlaceFactory(campus=square.campus, lat=PLANE.latlon(80, 5)[0], lon=PLANE.latlon(80, 5)[1])
    assert network.distance_m(square.campus, square.side, other) == 12 + 30 + 5
    assert round(length(network.route(square.campus, square.side, other).points)) == 30


def test_a_place_may_name_the_node_at_its_door(square):
    square.side.node_key = "a"
    assert network.distance_m(square.campus, square.side, square.a) == round(
        metres(square.side.position, square.a.position)
    )
    square.side.node_key = "no-such-node"
    assert network.distance_m(square.campus, square.side, square.a) == 62


def test_from_where_the_courier_is(square):
    here = PLANE.latlon(20, 3)
    assert network.distance_m(square.campus, here, square.b) == 3 + 80
    assert network.distance_m(square.campus, square.b, here) == 80 + 3
    assert network.distance_m(square.campus, here, PLANE.latlon(100, 40), EBIKE) == 3 + 80 + 40


@pytest.mark.parametrize("vehicle", Vehicle)
def test_the_line_of_a_route_is_as_long_as_the_route(square, vehicle):
    for a, b in combinations([square.a, square.b, square.c, square.d, square.side], 2):
        route = network.route(square.campus, a, b, vehicle)
        stubs = sum(metres(*stub) for stub in route.stubs)
        assert length(route.points) + stubs == pytest.approx(route.distance_m, abs=1)
        assert metres(route.points[0], a.position) < 13
        assert metres(route.points[-1], b.position) < 13


def test_route_data_is_what_the_map_draws(square):
    data = network.route(square.campus, square.side, square.b).as_data()
    assert set(data) == {"path", "stubs"}
    assert data["path"][-1] == [round(c, 6) for c in square.b.position]


def test_rain_makes_it_longer_in_time_and_not_in_metres(square):
    dry = network.travel(square.campus, square.a, square.c, EBIKE)
    square.campus.weather = Weather.STORM
    wet = network.travel(square.campus, square.a, square.c, EBIKE)
    assert wet.distance_m == dry.distance_m
    assert wet.seconds == round(200 / 4.2 * 1.6)


def test_without_a_network_it_is_a_straight_line_and_a_third(db):
    campus = CampusFactory()
    a, b = (
        PlaceFactory(campus=campus, lat=lat, lon=lon)
        for lat, lon in (PLANE.latlon(0, 0), PLANE.latlon(300, 400))
    )
    assert network.travel(campus, a, b, FEET).distance_m == 650
    assert network.travel(campus, a, b, FEET).seconds == 500
    assert network.route(campus, a, b).points == [a.position, b.position]


def test_where_no_path_leads_it_is_a_straight_line_too(db):
    campus = CampusFactory()
    nodes = {key: PLANE.latlon(x, 0) for key, x in (("a", 0), ("b", 100), ("c", 200), ("d", 300))}
    edge = {"m": 100.0, "via": [], "go": "fbe", "back": "fbe"}
    edges = [{"a": "a", "b": "b", **edge}, {"a": "c", "b": "d", **edge}]
    PathNetwork.objects.create(campus=campus, nodes=nodes, edges=edges)
    a, d = (PlaceFactory(campus=campus, lat=nodes[k][0], lon=nodes[k][1]) for k in "ad")
    assert network.distance_m(campus, a, d) == 390


def test_a_new_network_is_used_at_once(square):
    assert network.distance_m(square.campus, square.a, square.b) == 100
    points = {key: PLANE.latlon(x, y) for key, (x, y) in {"a": (0, 0), "m": (50, 120), "b": (100, 0)}.items()}
    services.save_network(campus=square.campus, paths=build_paths(points, [Way(("a", "m", "b"))]))
    assert network.distance_m(square.campus, square.a, square.b) == 260


def test_lists_of_trips_cost_one_query_and_then_none(square):
    places = [square.a, square.b, square.c, square.d, square.side]
    with CaptureQueriesContext(
        connection,
    ) as first:
        network.travel(square.campus, square.a, square.b)
    with CaptureQueriesContext(connection) as rest:
        for a in places:
            for b in places:
                network.travel(square.campus, a, b, EBIKE)
                network.travel(square.campus, PLANE.latlon(7, 7), b, FEET)
                network.route(square.campus, a, b)
    assert len(first) == 1
    assert len(rest) == 0
