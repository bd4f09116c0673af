"""Small campuses of tests/cases/osm, each with its right reading, and more of the same kinds."""

import pytest

from campus import network
from campus.models import Vehicle
from campus.osm import import_osm
from campus.osm.report import Reason
from core.errors import Invalid
from tests.campus.osm_files import CASES, NORTH, SOUTH, extract

pytestmark = pytest.mark.django_db

OPEN, ROUND = 556, 941  # metres from one end of the street to the other: straight, and by the detour
RIDDEN, PUSHED, RIDDEN_ROUND, CARRIED = 164, 428, 277, 1283  # seconds with a bicycle

# file: (metres on foot, seconds with a bicycle, edges)
WAYS = {
    "block-access-no": (ROUND, RIDDEN_ROUND, 3),
    "bollard-access-no": (ROUND, RIDDEN_ROUND, 3),
    "bollard-access-no-foot-bicycle": (OPEN, RIDDEN, 2),
    "bridge": (OPEN, RIDDEN, 3),
    "elevator-way": (OPEN, RIDDEN, 4),
    "gate-access-no": (ROUND, RIDDEN_ROUND, 3),
    "gate-access-no-foot-yes-bicycle-no": (OPEN, RIDDEN_ROUND, 4),
    "gate-access-private": (OPEN, RIDDEN, 2),
    "gate-entrance-locked": (OPEN, RIDDEN, 2),
    "gate-foot-no": (ROUND, RIDDEN_ROUND, 3),
    "gate-foot-permit": (OPEN, RIDDEN, 2),
    "gate-locked": (ROUND, RIDDEN_ROUND, 3),
    "gate-locked-foot-yes": (OPEN, RIDDEN, 2),
    "gate-open": (OPEN, RIDDEN, 2),
    "gate-status-closed": (OPEN, RIDDEN, 2),
    "gate-vehicle-no": (OPEN, RIDDEN, 2),
    "kissing-gate": (OPEN, RIDDEN, 2),
    "out-geom": (OPEN, RIDDEN, 1),
    "outline-cut": (OPEN, RIDDEN, 1),
    "plaza-multipolygon": (749, 576, 4),
    "plaza-way": (749, 576, 4),
    "stile": (OPEN, RIDDEN, 2),
    "turnstile-locked": (ROUND, RIDDEN_ROUND, 3),
    "two-outers": (OPEN, RIDDEN, 2),
    "two-universities": (OPEN, RIDDEN, 1),
    "wall-node": (OPEN, RIDDEN, 2),
    "way-access-customers": (OPEN, PUSHED, 1),
    "way-access-no-foot-yes": (OPEN, PUSHED, 1),
    "way-access-permit": (OPEN, PUSHED, 1),
    "way-access-private-foot-yes": (OPEN, RIDDEN, 1),
    "way-access-students": (OPEN, PUSHED, 1),
    "way-bicycle-no": (OPEN, PUSHED, 1),
    "way-bicycle-use_sidepath": (OPEN, PUSHED, 1),
    "way-conditional": (OPEN, RIDDEN, 1),
    "way-dismount": (OPEN, PUSHED, 1),
    "way-escalator": (OPEN, CARRIED, 1),
    "way-foot-use-sidepath": (OPEN, RIDDEN, 1),
    "way-motor-no": (OPEN, RIDDEN, 1),
    "way-once": (OPEN, RIDDEN, 1),
    "way-oneway-foot": (OPEN, PUSHED, 1),
    "way-steps-ramp": (OPEN, CARRIED, 1),
    "way-twice-building": (OPEN, RIDDEN, 1),
    "way-vehicle-no": (OPEN, PUSHED, 1),
}
PLACES = {
    "dorms-with-ref-only": ["1号楼", "2号楼", "3号楼"],
    "eight-dorms-one-name": [f"学生公寓 {i}" for i in range(1, 9)],
    "same-name": ["1号楼（北）", "1号楼（南）", "2号楼"],
    "two-outers": ["东1舍", "西1舍"],
    "way-once": ["1号楼"],
    "way-twice-building": ["1号楼"],
}
REFUSED = {
    "outline-cut-most": "whose outline is not whole in the file",
    "relation-outline-cut": "whose outline is not whole in the file",
    "university-landuse-education": "试验大学 (w100), an area for education",
    "university-node": "试验大学 (n9), a point without an area",
    "university-site": "试验大学 (r203), a site whose outline is there",
    "way-construction": "no footpaths",
    "ways-without-nodes": "The points of the ways are not in this file",
}


def read_in(tmp_path, text: str, **how):
    path = tmp_path / "map.osm"
    path.write_text(text, encoding="utf-8")
    return import_osm(path, code="t", **how)


def trip(campus, vehicle=Vehicle.FOOT):
    return network.travel(campus, SOUTH, NORTH, vehicle)


def reading(report) -> tuple[int, int]:
    return trip(report.campus).distance_m, trip(report.campus, Vehicle.BICYCLE).seconds


def test_each_case_has_a_right_reading():
    assert {path.stem for path in (CASES / "osm").iterdir()} == WAYS.keys() | PLACES.keys() | REFUSED.keys()


@pytest.mark.parametrize("case", WAYS)
def test_the_ways_of_a_case(case):
    report = import_osm(CASES / "osm" / f"{case}.osm", code="t")
    assert (*reading(report), report.edges) == WAYS[case]


@pytest.mark.parametrize("case", PLACES)
def test_the_places_of_a_case(case):
    campus = import_osm(CASES / "osm" / f"{case}.osm", code="t").campus
    assert sorted(campus.places.values_list("name", flat=True)) == PLACES[case]
    assert set(campus.places.values_list("kind", flat=True)) == {"dorm"}


@pytest.mark.parametrize("case", REFUSED)
def test_a_case_that_is_refused_says_what_was_found(case):
    with pytest.raises(Invalid, match=REFUSED[case].replace("(", r"\(").replace(")", r"\)")):
        import_osm(CASES / "osm" / f"{case}.osm", code="t")


# ---- More of the same: who goes along a way ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "seconds"),
    [
        ({"vehicle": "no", "bicycle": "yes"}, RIDDEN),
        ({"vehicle": "no", "bicycle": "designated"}, RIDDEN),
        ({"vehicle": "no", "bicycle": "dismount"}, PUSHED),
        ({"vehicle": "no", "motor_vehicle": "yes"}, PUSHED),
        ({"vehicle": "yes", "bicycle": "no"}, PUSHED),
        ({"vehicle": "yes", "access": "no", "foot": "yes"}, RIDDEN),
        ({"vehicle": "private"}, RIDDEN),  # private to the university
        ({"vehicle": "delivery"}, PUSHED),
        ({"vehicle": "destination"}, RIDDEN),
        ({"vehicle": "permissive", "access": "private"}, RIDDEN),
        ({"vehicle": "unknown"}, RIDDEN),
        ({"vehicle": "no;delivery"}, PUSHED),
        ({"bicycle": "unknown", "vehicle": "no"}, PUSHED),
        ({"bicycle": "private"}, RIDDEN),
        ({"bicycle": "permissive", "access": "no", "foot": "permissive"}, RIDDEN),
        ({"bicycle": "yes;permit"}, RIDDEN),
        ({"access": "no", "foot": "designated", "bicycle": "designated"}, RIDDEN),
        ({"access": "destination"}, RIDDEN),
        ({"access": "private"}, RIDDEN),
        ({"access": "private", "foot": "private"}, RIDDEN),
        ({"access": "delivery"}, PUSHED),
        ({"motor_vehicle": "private"}, RIDDEN),
        ({"motorcar": "no", "motorcycle": "no"}, RIDDEN),
        ({"highway": "footway", "vehicle": "no"}, PUSHED),
        ({"highway": "footway", "bicycle": "yes"}, RIDDEN),
        ({"highway": "footway", "access": "yes"}, PUSHED),
        ({"highway": "pedestrian", "vehicle": "yes"}, RIDDEN),
        ({"highway": "pedestrian", "vehicle": "yes", "bicycle": "dismount"}, PUSHED),
        ({"highway": "path", "vehicle": "no"}, PUSHED),
        ({"highway": "cycleway"}, RIDDEN),
        ({"highway": "elevator"}, PUSHED),
        ({"highway": "elevator", "bicycle": "yes"}, RIDDEN),
        ({"highway": "living_street"}, RIDDEN),
    ],
    ids=lambda value: " ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else "",
)  # fmt: skip
def test_the_specific_tag_of_a_way_beats_the_general(tmp_path, tags, seconds):
    report = read_in(tmp_path, extract(street={"highway": "service"} | tags))
    assert reading(report) == (OPEN, seconds)


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no"},
        {"access": "no", "bicycle": "no"},
        {"foot": "no", "access": "no"},
        {"foot": "no", "vehicle": "no"},
        {"motorroad": "yes"},
        {"highway": "motorway"},
        {"highway": "proposed"},
        {"highway": "busway"},
    ],
    ids=str,
)
def test_a_street_that_is_nobodys_is_refused_or_named(tmp_path, tags):
    with pytest.raises(Invalid):
        read_in(tmp_path, extract(street={"highway": "service"} | tags))


def test_a_way_that_nobody_may_use_is_named_in_the_report(tmp_path):
    more = '<way id="150"><nd ref="20"/><nd ref="25"/><tag k="highway" v="service"/><tag k="access" v="no"/></way>'
    report = read_in(tmp_path, extract(more))
    assert any("highway=service × 1" in note for note in report.notes)


# ---- More of the same: who gets through a barrier ------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "metres", "seconds"),
    [
        ({"access": "no", "foot": "yes"}, OPEN, RIDDEN),
        ({"access": "no", "foot": "designated", "bicycle": "no"}, OPEN, RIDDEN_ROUND),
        ({"access": "no", "bicycle": "yes"}, ROUND, RIDDEN),
        ({"access": "no", "vehicle": "yes"}, ROUND, RIDDEN),
        ({"access": "no", "foot": "no"}, ROUND, RIDDEN_ROUND),
        ({"access": "yes", "foot": "no", "bicycle": "no"}, ROUND, RIDDEN_ROUND),
        ({"access": "yes", "foot": "no", "bicycle": "yes"}, ROUND, RIDDEN),
        ({"foot": "yes", "bicycle": "no"}, OPEN, RIDDEN_ROUND),
        ({"bicycle": "no"}, OPEN, RIDDEN_ROUND),
        ({"bicycle": "dismount"}, OPEN, RIDDEN),
        ({"vehicle": "no", "foot": "yes"}, OPEN, RIDDEN),
        ({"motor_vehicle": "no"}, OPEN, RIDDEN),
        ({"locked": "yes", "foot": "no"}, ROUND, RIDDEN_ROUND),
        ({"locked": "yes", "bicycle": "yes"}, ROUND, RIDDEN),
        ({"locked": "yes", "foot": "yes", "bicycle": "no"}, OPEN, RIDDEN_ROUND),
        ({"locked": "no", "access": "private"}, OPEN, RIDDEN),
        ({"access": "customers"}, OPEN, RIDDEN),
        ({"foot": "unknown", "access": "no"}, ROUND, RIDDEN_ROUND),
        ({"barrier": "lift_gate", "access": "no", "foot": "yes", "bicycle": "yes"}, OPEN, RIDDEN),
        ({"barrier": "swing_gate", "access": "no"}, ROUND, RIDDEN_ROUND),
        ({"barrier": "turnstile", "bicycle": "no"}, OPEN, RIDDEN_ROUND),
        ({"barrier": "bollard", "motor_vehicle": "no"}, OPEN, RIDDEN),
    ],
    ids=lambda value: " ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_the_specific_tag_of_a_gate_beats_the_general(tmp_path, tags, metres, seconds):
    report = read_in(tmp_path, extract(at_21={"barrier": "gate"} | tags))
    assert reading(report) == (metres, seconds)


def test_a_gate_where_two_streets_cross_lets_walkers_through_in_every_direction(tmp_path):
    cross = (
        '<node id="27" lat="30.003" lon="104.001"/>'
        '<way id="103"><nd ref="27"/><nd ref="21"/><tag k="highway" v="service"/></way>'
    )
    gate = {"barrier": "gate", "access": "no", "foot": "yes", "bicycle": "no"}
    campus = read_in(tmp_path, extract(cross, at_21=gate)).campus
    west = (30.003, 104.001)
    assert network.distance_m(campus, SOUTH, west) == 278 + 193
    assert network.distance_m(campus, NORTH, west) == 278 + 193


def test_a_shut_gate_with_a_name_is_an_inactive_place(tmp_path):
    gate = {"barrier": "gate", "foot": "no", "bicycle": "no", "name": "东门"}
    report = read_in(tmp_path, extract(at_21=gate))
    assert not report.campus.places.get(name="东门").is_active
    assert report.shut_gates == 1


def test_a_gate_without_a_name_is_named_in_the_report(tmp_path):
    report = read_in(tmp_path, extract(at_21={"barrier": "gate"}))
    assert [(item.id, item.reason) for item in report.left_out] == [("n21", Reason.NO_NAME)]
