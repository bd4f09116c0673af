"""Positions that people type in or copy from other maps: what is refused, what is asked, what is converted."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campus import basemap, gcj02, services, surroundings
from campus.geo import Plane, metres
from campus.models import Place
from campus.outline import Outline, circle
from campus.paths import Way, build_paths
from core.errors import Invalid
from tests.campus.test_editing import campus_form, change_url, filled
from tests.factories import CampusFactory, PlaceFactory

CHENGDU = (30.765, 103.985)
PLANE = Plane(*CHENGDU)


@pytest.fixture
def xipu(db):
    """A round campus of 500 m, with one path from west to east through it."""
    campus = CampusFactory(code="xipu", name_en="Xipu", lat=CHENGDU[0], lon=CHENGDU[1])
    ring = circle(CHENGDU, 500).outers[0]
    drawn = basemap.collection([basemap.feature("campus", basemap.polygon(ring))])
    services.save_base_map(campus=campus, geojson=drawn)
    points = {"west": PLANE.latlon(-490, 0), "east": PLANE.latlon(490, 0)}
    services.save_network(campus=campus, paths=build_paths(points, [Way(("west", "east"))]))
    return campus


# ---- GCJ-02 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        # Published pairs of eviltransform's own tests.
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ],
)
def test_a_chinese_map_shows_positions_where_others_have_computed_it(wgs, gcj):
    assert metres(gcj02.from_wgs84(wgs), gcj) < 0.5
    assert metres(gcj02.to_wgs84(gcj), wgs) < 0.5


@pytest.mark.parametrize(
    "p", [(30.765, 103.985), (31.03, 121.44), (39.9, 116.4), (22.3, 114.17), (45.7, 126.6), (18.3, 109.5)]
)
def test_there_and_back_is_where_one_was(p):
    assert metres(gcj02.to_wgs84(gcj02.from_wgs84(p)), p) < 0.1
    assert 50 < metres(gcj02.from_wgs84(p), p) < 1000


@pytest.mark.parametrize("p", [(48.1, 11.6), (-33.9, 151.2), (40.7, -74.0)])
def test_nothing_is_shifted_elsewhere(p):
    assert gcj02.from_wgs84(p) == gcj02.to_wgs84(p) == p


# ---- What belongs to a campus --------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [(0, 0), (499, 0), (0, -800), (2500, 0), (-2400, 2400)])
def test_the_campus_and_the_streets_around_it_are_taken(xipu, off):
    surroundings.check_position(xipu, PLANE.latlon(*off))


@pytest.mark.parametrize(
    ("p", "said"),
    [
        ((103.985, 30.765), "Latitude and longitude are swapped: the latitude is 30.765, the longitude 103.985"),
        ((300, 103.985), "There is no such position"),
        ((30.765, 203.985), "There is no such position"),
        ((-91, 0), "There is no such position"),
        ((float("nan"), 103.985), "There is no such position"),
        ((float("inf"), 103.985), "There is no such position"),
        ((0, 0), "0, 0 lies in the Atlantic"),
        ((0.0, -0.0), "0, 0 lies in the Atlantic"),
        ((30.765, 103.885), "km outside of Xipu"),
        ((31.0, 121.4), "1,6"),
        ((-30.765, 103.985), "km outside of Xipu"),
        ((30.765, -103.985), "km outside of Xipu"),
        ((30.7650, 10.3985), "km outside of Xipu"),
    ],
    ids=str,
)  # fmt: skip
def test_what_lies_elsewhere_is_refused_with_what_is_probably_meant(xipu, p, said):
    with pytest.raises(Invalid) as refusal:
        surroundings.check_position(xipu, p)
    assert said in str(refusal.value)


def test_on_a_diagonal_campus_nothing_is_called_swapped(db):
    campus = CampusFactory(lat=45.0, lon=45.001)
    surroundings.check_position(campus, (45.001, 45.0))


def test_a_campus_without_a_map_goes_by_its_centre(db):
    campus = CampusFactory(lat=31.0, lon=121.0)
    surroundings.check_position(campus, (31.02, 121.0))
    with pytest.raises(Invalid, match=r"4\.4 km outside"):
        surroundings.check_position(campus, (31.04, 121.0))


def test_the_edge_of_a_long_campus_counts_and_not_its_centre(db):
    campus = CampusFactory(lat=CHENGDU[0], lon=CHENGDU[1])
    ring = [PLANE.latlon(x, y) for x, y in ((-6000, -200), (6000, -200), (6000, 200), (-6000, 200))]
    drawn = basemap.collection([basemap.feature("campus", basemap.polygon(ring))])
    services.save_base_map(campus=campus, geojson=drawn)
    surroundings.check_position(campus, PLANE.latlon(7000, 0))
    with pytest.raises(Invalid):
        surroundings.check_position(campus, PLANE.latlon(0, 7000))


def test_a_hole_is_outside_and_its_edge_is_near():
    outline = Outline((circle(CHENGDU, 500).outers[0],), (circle(CHENGDU, 100).outers[0],))
    assert not outline.contains(CHENGDU)
    assert outline.metres_beyond(CHENGDU) == pytest.approx(100, abs=1)
    assert outline.metres_beyond(PLANE.latlon(300, 0)) == 0


# ---- What is asked -------------------------------------------------------------------------------------------


def test_a_position_on_a_path_raises_no_doubt(xipu):
    assert surroundings.doubts(xipu, PLANE.latlon(100, 30)) == []


def test_a_position_far_from_any_path_is_asked_about(xipu):
    assert (
        surroundings.doubts(xipu, PLANE.latlon(0, 250))[0]
        == "The nearest path is 250 m away: is the position right?"
    )


def test_a_position_of_a_chinese_map_is_recognised(xipu):
    copied = gcj02.from_wgs84(PLANE.latlon(-300, 10))
    guess = surroundings.doubts(xipu, copied)[-1]
    assert "GCJ-02" in guess
    lat, lon = PLANE.latlon(-300, 10)
    assert f"{lat:.6f}, {lon:.6f}" in guess


def test_a_position_that_is_shifted_off_the_campus_is_recognised(xipu):
    copied = gcj02.from_wgs84(PLANE.latlon(350, 200))
    assert any("GCJ-02" in sentence for sentence in surroundings.doubts(xipu, copied))


# ---- In the admin --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        ("121.4340", "31.0260", "swapped"),
        ("300", "121.4340", "There is no such position"),
        ("0", "0", "Atlantic"),
        ("39.9", "116.4", "outside of Lakeside"),
    ],
)
def test_a_place_elsewhere_is_not_saved(client_of, supervisor_sun, places, lat, lon, said):
    data = filled(places.canteen, name="nope", lat=lat, lon=lon)
    page = client_of(supervisor_sun).post(change_url(places.canteen), data)
    assert page.status_code == 200
    assert said in page.content.decode()
    places.canteen.refresh_from_db()
    assert places.canteen.name != "nope"


def test_a_new_place_elsewhere_is_not_made(client_of, supervisor_sun, campus, places):
    data = filled(places.canteen, campus=campus.pk, code="far", lat="39.9", lon="116.4")
    assert client_of(supervisor_sun).post(reverse("admin:campus_place_add"), data).status_code == 200
    assert not Place.objects.filter(code="far").exists()


def test_a_position_is_converted_on_request_and_once(client_of, supervisor_sun, places):
    client, right = client_of(supervisor_sun), (31.0261, 121.4341)
    lat, lon = gcj02.from_wgs84(right)
    data = filled(places.canteen, lat=lat, lon=lon, copied_from_chinese_map="on")
    assert client.post(change_url(places.canteen), data).status_code == 302
    places.canteen.refresh_from_db()
    assert metres(places.canteen.position, right) < 0.1
    kept = places.canteen.position
    client.post(change_url(places.canteen), filled(places.canteen, copied_from_chinese_map="on"))
    places.canteen.refresh_from_db()
    assert places.canteen.position == kept


def test_what_is_odd_is_said_after_saving(client_of, supervisor_sun, campus, places):
    points = {"a": (31.0260, 121.4330), "b": (31.0260, 121.4350)}
    services.save_network(campus=campus, paths=build_paths(points, [Way(("a", "b"))]))
    response = client_of(supervisor_sun).post(
        change_url(places.canteen), filled(places.canteen, lat="31.0290")
    )
    assert response.status_code == 302
    assert any("nearest path" in str(message) for message in get_messages(response.wsgi_request))


def test_a_place_that_was_wrong_before_can_still_be_renamed(client_of, supervisor_sun, campus):
    lost = PlaceFactory(campus=campus, code="lost", lat=0.0, lon=0.0)
    client_of(supervisor_sun).post(change_url(lost), filled(lost, name="新名"))
    lost.refresh_from_db()
    assert lost.name == "新名"


@pytest.mark.parametrize(("lat", "lon"), [("121.434", "31.026"), ("0", "0"), ("95", "10"), ("48.1", "11.6")])
def test_the_centre_of_a_campus_stays_where_it_is(client_of, supervisor_sun, campus, lat, lon):
    assert (
        client_of(supervisor_sun).post(change_url(campus), campus_form(campus, lat=lat, lon=lon)).status_code
        == 200
    )
    campus.refresh_from_db()
    assert campus.lat == pytest.approx(31.0260)
