"""What must hold on every network: random grids, with some streets one-way and some for feet only."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campus.geo import length, metres
from campus.models import Vehicle
from campus.path_graph import Network
from campus.paths import BICYCLE, EBIKE, FOOT, Way, build_paths
from tests.campus.conftest import PLANE

SIZE = 5
KEYS = [f"{x}-{y}" for x in range(SIZE) for y in range(SIZE)]
STREETS = [(f"{x}-{y}", f"{x + 1}-{y}") for x in range(SIZE - 1) for y in range(SIZE)] + [
    (f"{x}-{y}", f"{x}-{y + 1}") for x in range(SIZE) for y in range(SIZE - 1)
]
WHEELS = FOOT + BICYCLE + EBIKE


@st.composite
def networks(draw) -> Network:
    jitter = st.floats(-20, 20)
    points = {
        key: PLANE.latlon(int(key[0]) * 60 + draw(jitter), int(key[2]) * 60 + draw(jitter)) for key in KEYS
    }
    chosen = draw(st.lists(st.sampled_from(STREETS), min_size=6, unique=True))
    stairs = draw(st.booleans())
    kinds = [(WHEELS, WHEELS), (FOOT, FOOT), (WHEELS, FOOT), (FOOT, WHEELS)]
    ways = [
        Way(street, *draw(st.sampled_from(kinds)), steps=stairs and draw(st.booleans())) for street in chosen
    ]
    paths = build_paths(points, ways)
    return Network(paths.nodes, paths.edges)


spots = st.tuples(st.floats(-50, 300), st.floats(-50, 300)).map(lambda p: PLANE.latlon(*p))
vehicles = st.sampled_from(list(Vehicle))


@given(networks(), spots, spots)
def test_feet_go_there_and_back_the_same(network, a, b):
    there, back = network.cost(a, b, Vehicle.FOOT), network.cost(b, a, Vehicle.FOOT)
    assert there[0] == pytest.approx(back[0], abs=1e-6)
    assert there[1] == pytest.approx(there[0] * 1.3, abs=1e-6)


@given(networks(), spots, spots, spots, vehicles)
def test_a_detour_is_never_faster(network, a, b, c, vehicle):
    straight = network.cost(a, c, vehicle)[0]
    assert straight <= network.cost(a, b, vehicle)[0] + network.cost(b, c, vehicle)[0] + 1e-6


@given(networks(), spots, spots, vehicles)
def test_no_way_is_shorter_than_the_air_nor_its_line_another_length(network, a, b, vehicle):
    seconds, distance = network.cost(a, b, vehicle)
    line = network.line(a, b, vehicle)
    assert distance >= metres(a, b) - 0.5
    assert seconds >= distance / 4.2 - 1e-6
    stubs = metres(a, line[0]) + metres(line[-1], b)
    assert length(line) + stubs == pytest.approx(distance, abs=1.0)


@given(networks(), spots, spots)
def test_wheels_are_never_slower_than_feet_without_stairs(network, a, b):
    assume(not any(edge.get("steps") for edge in network.edges))
    assert network.cost(a, b, Vehicle.BICYCLE)[0] <= network.cost(a, b, Vehicle.FOOT)[0] + 1e-6
