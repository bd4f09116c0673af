"""Objects of an extract that come twice, are marked as deleted, or have no position."""

import pytest

from campus.osm.report import Reason
from tests.campus.osm_files import AT, DORM, extract, house, left_out, names, node, relation, way
from tests.campus.test_osm_cases import read_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tags_first", [True, False])
def test_a_building_that_comes_twice_keeps_its_tags(tmp_path, tags_first):
    with_tags = house(40, AT[0], DORM | {"name": "1号楼"})
    bare = way(40, [400, 401, 402, 403, 400])
    parts = [with_tags, bare] if tags_first else [bare, with_tags]
    assert names(read_in(tmp_path, extract(*parts))) == ["1号楼"]


def test_a_point_that_comes_twice_is_one_place(tmp_path):
    shop = node(60, AT[0], shop="convenience", name="便利店")
    report = read_in(tmp_path, extract(shop, node(60, AT[0]), shop))
    assert names(report) == ["便利店"]
    assert report.left_out == []


def test_a_relation_that_comes_twice_is_one_place(tmp_path):
    ring = house(40, AT[0], {})
    court = relation(50, [("outer", 40)], DORM | {"type": "multipolygon", "name": "1号楼"})
    bare = relation(50, [("outer", 40)], {})
    assert names(read_in(tmp_path, extract(ring, court, bare))) == ["1号楼"]


def test_of_two_versions_the_newer_one_counts(tmp_path):
    old = way(40, [400, 401, 402, 403, 400], DORM | {"name": "旧名"}, ' version="2"')
    new = way(40, [400, 401, 402, 403, 400], DORM | {"name": "新名"}, ' version="3"')
    corners = house(40, AT[0], {})
    assert names(read_in(tmp_path, extract(corners, new, old))) == ["新名"]
    assert names(read_in(tmp_path, extract(corners, old, new))) == ["新名"]


@pytest.mark.parametrize("mark", [' action="delete"', ' visible="false"'])
def test_what_is_marked_as_deleted_is_skipped_and_said(tmp_path, mark):
    gone = node(60, AT[0], mark, shop="convenience", name="便利店")
    report = read_in(tmp_path, extract(gone, house(40, AT[1], DORM | {"name": "1号楼"})))
    assert names(report) == ["1号楼"]
    assert any("1 object that the file marks as deleted" in note for note in report.notes)


def test_a_deleted_way_without_nodes_is_skipped(tmp_path):
    gone = '<way id="70" visible="false" version="4"/>'
    assert names(read_in(tmp_path, extract(gone, house(40, AT[0], DORM | {"name": "1号楼"})))) == ["1号楼"]


@pytest.mark.parametrize(
    "at", ['lat="91" lon="104"', 'lat="30"', 'lat="x" lon="104"', 'lat="nan" lon="104"', ""]
)
def test_a_point_that_is_nowhere_is_said(tmp_path, at):
    report = read_in(tmp_path, extract(f'<node id="60" {at}><tag k="shop" v="kiosk"/></node>'))
    assert any("1 point without a position" in note for note in report.notes)


def test_a_place_whose_corners_are_not_in_the_file_is_named(tmp_path):
    report = read_in(tmp_path, extract(way(40, [900, 901, 902, 900], DORM | {"name": "1号楼"})))
    assert names(report) == []
    assert left_out(report) == {"w40": Reason.NO_POSITION}


def test_positions_within_members_are_read(tmp_path):
    """`out geom` writes the ways of a relation into it, by position alone."""
    ring = [(30.001, 104.001), (30.001, 104.002), (30.002, 104.002), (30.002, 104.001), (30.001, 104.001)]
    inline = "".join(f'<nd lat="{lat}" lon="{lon}"/>' for lat, lon in ring)
    court = (
        f'<relation id="50"><member type="way" ref="40" role="outer">{inline}</member>'
        '<tag k="type" v="multipolygon"/><tag k="building" v="dormitory"/><tag k="name" v="1号楼"/></relation>'
    )
    report = read_in(tmp_path, extract(court))
    assert names(report) == ["1号楼"]
    assert report.campus.places.get().lon == pytest.approx(104.002)  # the side towards the street


def test_a_way_of_which_only_the_centre_is_given_is_a_point(tmp_path):
    only = '<way id="40"><center lat="30.001" lon="104.001"/><tag k="building" v="dormitory"/><tag k="name" v="1号楼"/></way>'
    assert read_in(tmp_path, extract(only)).campus.places.get().position == (30.001, 104.001)


def test_ids_of_an_editor_are_negative_and_read(tmp_path):
    dorm = house(-40, AT[0], DORM | {"name": "1号楼"})
    report = read_in(tmp_path, extract(dorm))
    assert (names(report), report.campus.places.get().code) == (["1号楼"], "w-40")
