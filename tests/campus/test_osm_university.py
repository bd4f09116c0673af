"""The campus's edge: of a university, a site, an outline that is drawn or chosen."""

import pytest

from campus.osm import import_osm
from campus.osm.report import Reason
from core.errors import Invalid
from tests.campus.osm_files import AT, CASES, DORM, EDGE, extract, house, left_out, names, relation, way
from tests.campus.test_osm_cases import read_in

pytestmark = pytest.mark.django_db


def test_a_site_is_imported_by_its_own_outline(tmp_path):
    site = import_osm(CASES / "osm" / "university-site.osm", code="t", outline="r203")
    assert (site.campus.name, site.edges) == ("试验大学", 1)


def test_an_area_for_education_is_imported_when_it_is_chosen():
    report = import_osm(CASES / "osm" / "university-landuse-education.osm", code="t", outline="way/100")
    assert report.campus.name == "试验大学"


def test_a_point_is_imported_with_a_radius():
    report = import_osm(CASES / "osm" / "university-node.osm", code="t", radius_m=600)
    assert (report.campus.name, report.edges) == ("试验大学", 1)


def test_a_drawn_outline_is_taken(tmp_path):
    drawn = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":'
        "[[[104.0,30.0],[104.006,30.0],[104.006,30.006],[104.0,30.006],[104.0,30.0]]]}}]}"
    )
    report = read_in(tmp_path, extract(house(40, AT[0], DORM | {"name": "1号楼"}), edge=None), outline=drawn)
    assert names(report) == ["1号楼"]


def test_the_middle_of_a_file_without_a_university_is_taken_with_a_radius(tmp_path):
    report = read_in(tmp_path, extract(edge={}), radius_m=700, name="东校区")
    assert (report.campus.name, report.edges) == ("东校区", 1)


@pytest.mark.parametrize(
    "outline", ["w999", "w101", "n1", "100", "{}", '{"type": "Point", "coordinates": [104, 30]}', "{broken"]
)
def test_an_outline_that_is_none_is_refused(tmp_path, outline):
    with pytest.raises(Invalid, match="outline"):
        read_in(tmp_path, extract(), outline=outline)


@pytest.mark.parametrize("radius", [1, 49, 5001, -5])
def test_a_radius_is_that_of_a_campus(tmp_path, radius):
    with pytest.raises(Invalid, match="between 50 and 5000"):
        read_in(tmp_path, extract(), radius_m=radius)


def test_two_areas_of_one_name_are_one_campus(tmp_path):
    other = house(110, (30.008, 104.0), EDGE, 0.002)
    road = way(103, [22, 1100], {"highway": "tertiary"})
    report = read_in(tmp_path, extract(other, road, house(40, (30.0085, 104.0005), DORM | {"name": "西1舍"})))
    assert names(report) == ["西1舍"]


def test_what_lies_in_a_hole_of_the_campus_is_outside(tmp_path):
    village = house(110, (30.001, 104.0005), {"landuse": "farmland"}, 0.002)
    campus = relation(202, [("outer", 108), ("inner", 110)], EDGE | {"type": "multipolygon"})
    dorm = house(40, (30.0015, 104.001), DORM | {"name": "村里的楼"})
    report = read_in(tmp_path, extract(village, way(108, [1, 2, 3, 4, 1]), campus, dorm, edge=None))
    assert left_out(report)["w40"] == Reason.OUTSIDE


def test_an_outline_in_pieces_is_joined(tmp_path):
    pieces = [way(108, [1, 2, 3]), way(109, [1, 4, 3])]
    campus = relation(202, [("outer", 108), ("outer", 109)], EDGE | {"type": "multipolygon"})
    report = read_in(tmp_path, extract(*pieces, campus, edge=None))
    assert report.campus.name == "试验大学"


def test_a_file_without_anything_that_says_university_says_how_to_go_on(tmp_path):
    with pytest.raises(Invalid, match="a radius in metres around the middle of the file"):
        read_in(tmp_path, extract(edge={}))
