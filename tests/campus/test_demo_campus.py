"""The campus that the product ships with."""

import pytest

from campus import network, selectors, services
from campus.geo import inside, metres
from campus.models import Admits, Campus, PeakPeriod, Place, Vehicle, Zone


@pytest.fixture
def lakeside(db) -> Campus:
    return services.load_demo_campus()


def test_every_place_is_reached_from_every_other(lakeside):
    places = list(Place.objects.filter(campus=lakeside))
    net = network.network_for(lakeside)
    for vehicle in Vehicle:
        for a in places:
            for b in places:
                assert net.cost(a, b, vehicle) is not None, (a.code, b.code, vehicle)


def test_no_door_is_far_from_a_path(lakeside):
    net = network.network_for(lakeside)
    assert max(net.snap(place).off for place in lakeside.places.all()) < 25


def test_ways_on_foot_are_the_same_in_both_directions_and_no_wild_detours(lakeside):
    places = list(selectors.places_for(lakeside))
    for a in places:
        for b in places:
            there = network.distance_m(lakeside, a, b)
            assert there == network.distance_m(lakeside, b, a)
            assert there <= 4 * metres(a.position, b.position) + 60, (a.code, b.code)


def test_the_closed_west_gate_is_gone_round(lakeside):
    gate = lakeside.places.get(code="gate-west")
    assert not gate.is_active
    # Some metres outside and inside of the bars.
    outside, inner = (gate.lat, gate.lon - 0.0002), (gate.lat, gate.lon + 0.0003)
    assert metres(outside, inner) < 60
    for vehicle in Vehicle:
        assert network.distance_m(lakeside, outside, inner, vehicle) > 600


def test_what_there_is_to_order_from_and_to(lakeside):
    count = dict.fromkeys(Place.Kind, 0)
    for place in selectors.places_for(lakeside):
        count[place.kind] += 1
    assert count["canteen"] == 3
    assert count["dorm"] == 12
    assert count["parcel_station"] == 2
    assert count["shop"] == 5
    assert count["gate"] == 3  # and one that is closed
    assert count["relay_station"] == 1
    admits = dict(Zone.objects.filter(campus=lakeside).values_list("code", "admits"))
    assert (admits["mei"], admits["song"]) == (Admits.FEMALE, Admits.MALE)
    # A zone for one gender holds nothing but dorms: everyone may eat.
    for place in Place.objects.filter(campus=lakeside).exclude(zone__admits=Admits.ANY):
        assert place.kind == Place.Kind.DORM


def test_everything_has_a_name_in_both_languages(lakeside):
    for row in [*lakeside.places.all(), *lakeside.zones.all(), lakeside]:
        assert row.name
        assert row.name_en


def test_it_lies_inside_its_own_edge(lakeside):
    (edge,) = (f for f in lakeside.base_map.geojson["features"] if f["properties"]["k"] == "campus")
    ring = [(lat, lon) for lon, lat in edge["geometry"]["coordinates"][0]]
    for place in lakeside.places.exclude(kind=Place.Kind.GATE):
        assert inside(place.position, ring), place.code


def test_loading_again_changes_nothing(lakeside, django_assert_num_queries):
    before = (lakeside.version, Place.objects.count(), Zone.objects.count(), PeakPeriod.objects.count())
    with django_assert_num_queries(1):
        again = services.load_demo_campus()
    assert again == lakeside
    assert (again.version, Place.objects.count(), Zone.objects.count(), PeakPeriod.objects.count()) == before


def test_a_changed_plan_is_loaded_and_leaves_operators_edits_alone(lakeside):
    dorm = lakeside.places.get(code="mei-1")
    dorm.name, dorm.floors = "梅园 1 号楼（研究生）", 9
    dorm.save()
    zone = lakeside.zones.get(code="mei")
    zone.admits = Admits.ANY
    zone.save()
    canteen = lakeside.places.get(code="canteen-1")
    canteen.imported["name"] = canteen.name = "旧名"  # as an older plan had it
    canteen.save()
    lakeside.imported["stamp"] = "an older plan"
    lakeside.save()

    services.load_demo_campus()

    dorm.refresh_from_db()
    zone.refresh_from_db()
    canteen.refresh_from_db()
    assert (dorm.name, dorm.floors, dorm.has_lift) == ("梅园 1 号楼（研究生）", 9, True)
    assert zone.admits == Admits.ANY
    assert canteen.name == "第一食堂"
