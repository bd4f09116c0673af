"""Extracts as people really have them: objects twice, without positions, in pieces; places of one name; odd outlines."""

from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from campus import network
from campus.models import Campus
from campus.osm import import_osm
from campus.osm.report import Reason
from core.errors import Invalid
from tests.campus.osm_files import CASES, EDGE, NORTH, SOUTH, extract, house, node, relation, way
from tests.campus.test_osm_cases import OPEN, read_in

pytestmark = pytest.mark.django_db

DORM = {"building": "dormitory"}
AT = [(30.0008 + i * 0.0006, 104.001) for i in range(8)]
PLAZA = {"type": "multipolygon", "highway": "pedestrian"}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def names(report) -> list[str]:
    return sorted(report.campus.places.values_list("name", flat=True))


def left_out(report) -> dict[str, Reason]:
    return {item.id: item.reason for item in report.left_out}


# ---- The same object twice, deleted, without a position ------------------------------------------------------


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


# ---- Places of one name --------------------------------------------------------------------------------------


def test_houses_of_one_name_are_told_apart_by_their_number(tmp_path):
    tags = DORM | {"name": "学生公寓", "name:en": "Dormitory"}
    rows = [house(40 + i, AT[i], tags | {"addr:housenumber": f"{i + 1}"}) for i in range(3)]
    report = read_in(tmp_path, extract(*rows))
    assert names(report) == ["学生公寓 1", "学生公寓 2", "学生公寓 3"]
    assert report.campus.places.get(code="w40").name_en == "Dormitory 1"
    assert any("3 places are called 学生公寓" in note for note in report.notes)


def test_houses_of_one_name_are_told_apart_by_their_grounds(tmp_path):
    grounds = [
        house(60, (30.0006, 104.0006), {"landuse": "residential", "name": "桂园"}, 0.001),
        house(61, (30.0026, 104.0006), {"landuse": "residential", "name": "梅园"}, 0.001),
    ]
    rows = [
        house(40, (30.0008, 104.001), DORM | {"name": "1号楼"}),
        house(41, (30.003, 104.001), DORM | {"name": "1号楼"}),
    ]
    assert names(read_in(tmp_path, extract(*grounds, *rows))) == ["1号楼 桂园", "1号楼 梅园"]


def test_without_any_mark_more_than_two_are_numbered_from_the_north(tmp_path):
    rows = [house(40 + i, AT[i], DORM | {"name": "宿舍"}) for i in range(3)]
    report = read_in(tmp_path, extract(*rows))
    assert names(report) == ["宿舍（1）", "宿舍（2）", "宿舍（3）"]
    assert report.campus.places.get(code="w42").name == "宿舍（1）"


def test_east_and_west_of_two_shops_of_a_chain(tmp_path):
    shops = [
        node(
            60 + i,
            (30.001, 104.001 + i * 0.003),
            shop="convenience",
            name="全家",
            **{"name:en": "FamilyMart"},
        )
        for i in range(2)
    ]
    report = read_in(tmp_path, extract(*shops))
    assert names(report) == ["全家（东）", "全家（西）"]
    assert report.campus.places.get(code="n61").name_en == "FamilyMart (east)"


def test_branches_of_a_chain_go_by_their_branch(tmp_path):
    shops = [
        node(60 + i, (30.001, 104.001 + i * 0.003), shop="convenience", name="全家", branch=f"{i + 1}店")
        for i in range(2)
    ]
    assert names(read_in(tmp_path, extract(*shops))) == ["全家 1店", "全家 2店"]


def test_a_point_within_its_own_building_is_one_place_with_it(tmp_path):
    canteen = house(40, AT[0], {"building": "yes", "name": "一食堂"})
    report = read_in(
        tmp_path, extract(canteen, node(60, (30.001, 104.0012), amenity="canteen", name="一食堂"))
    )
    assert names(report) == ["一食堂"]
    assert left_out(report) == {"n60": Reason.REPEAT}
    assert str(report.left_out[0]) == "一食堂 (n60): w40"


def test_two_lanes_of_a_gate_are_one_place(tmp_path):
    lanes = [node(60 + i, (30.0, 104.003 + i * 0.0002), barrier="gate", name="南门") for i in range(2)]
    report = read_in(tmp_path, extract(*lanes))
    assert names(report) == ["南门"]
    assert left_out(report) == {"n61": Reason.REPEAT}


def test_neighbouring_points_with_numbers_of_their_own_are_two(tmp_path):
    dorms = [
        node(60 + i, (30.001, 104.001 + i * 0.0002), amenity="student_accommodation", name="公寓", ref=f"{i}")
        for i in (1, 2)
    ]
    assert names(read_in(tmp_path, extract(*dorms))) == ["公寓 1", "公寓 2"]


def test_a_second_import_gives_the_same_names(tmp_path):
    text = extract(*[house(40 + i, AT[i], DORM | {"name": "宿舍"}) for i in range(4)])
    first = names(read_in(tmp_path, text))
    second = read_in(tmp_path, text)
    assert (names(second), second.new, second.changed) == (first, 0, [])


# ---- Names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        (DORM | {"ref": "7"}, "7号楼"),
        (DORM | {"ref": "A3"}, "A3号楼"),
        (DORM | {"ref": "北苑三舍"}, "北苑三舍"),
        (DORM | {"addr:housenumber": "12"}, "12号楼"),
        (DORM | {"addr:housename": "紫荆公寓"}, "紫荆公寓"),
        (DORM | {"alt_name": "老三舍"}, "老三舍"),
        (DORM | {"official_name": "第三学生宿舍"}, "第三学生宿舍"),
        (DORM | {"name:en": "Ginkgo House"}, "Ginkgo House"),
        ({"building": "university", "ref": "2"}, "2号楼"),
        ({"building": "yes", "name": "研究生学生公寓3栋"}, "研究生学生公寓3栋"),
        ({"building": "yes", "name": "大学生活动中心"}, "大学生活动中心"),
    ],
    ids=lambda value: " ".join(map(str, value.items())) if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_a_building_is_called(tmp_path, tags, name):
    assert names(read_in(tmp_path, extract(house(40, AT[0], tags)))) == [name]


def test_a_gate_with_a_number_is_called_by_it(tmp_path):
    assert names(read_in(tmp_path, extract(node(60, (30.0, 104.003), barrier="gate", ref="3")))) == ["3号门"]


def test_what_becomes_no_place_is_named_with_the_reason(tmp_path):
    parts = [
        house(40, AT[0], DORM),
        house(41, AT[1], {"building": "yes"}),  # says nothing: a shed
        house(42, (30.02, 104.02), DORM | {"name": "外面的楼"}),
        node(60, AT[2], tourism="artwork", name="校训石"),
        node(61, AT[3], shop="kiosk"),
    ]
    report = read_in(tmp_path, extract(*parts))
    assert left_out(report) == {
        "w40": Reason.NO_NAME, "w42": Reason.OUTSIDE, "n60": Reason.NO_KIND, "n61": Reason.NO_NAME,
    }  # fmt: skip


# ---- The campus's edge ---------------------------------------------------------------------------------------


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


# ---- Squares and lifts ---------------------------------------------------------------------------------------


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


# ---- The report ----------------------------------------------------------------------------------------------

# A plain count, with nothing of the importer in it: these say that something is a place.
PLACE_TAGS = {
    "building": {"dormitory", "university", "retail", "hospital"},
    "amenity": {"canteen", "food_court", "restaurant", "fast_food", "cafe", "library", "post_office", "parcel_locker", "bank", "clinic"},
    "barrier": {"gate"},
    "leisure": {"stadium", "sports_centre", "swimming_pool"},
}  # fmt: skip


def counted(path) -> set[str]:
    """The ids of all nodes, ways and areas that say that they are a place."""
    ids = set()
    for element in ElementTree.parse(path).iter():  # noqa: S314 - drawn by hand
        tags = {tag.get("k"): tag.get("v") for tag in element.findall("tag")}
        if "shop" in tags or any(tags.get(key) in values for key, values in PLACE_TAGS.items()):
            ids.add(element.tag[0] + element.get("id"))
    return ids


IMPORTED = sorted(
    path
    for path in [*(CASES / "osm").iterdir(), CASES / "formats" / "plain.osm"]
    if path.stem
    not in {
        "outline-cut-most", "relation-outline-cut", "university-landuse-education", "university-node", "university-site",
        "way-construction", "ways-without-nodes",
    }
)  # fmt: skip


@pytest.mark.parametrize("path", IMPORTED, ids=lambda path: path.stem)
def test_each_place_of_a_plain_count_is_imported_or_named(path):
    report = import_osm(path, code="t")
    codes = set(report.campus.places.values_list("code", flat=True))
    assert counted(path) <= codes | set(left_out(report))


def test_each_place_of_the_drawn_extract_is_imported_or_named(small_osm):
    report = import_osm(small_osm)
    codes = set(report.campus.places.values_list("code", flat=True))
    assert counted(small_osm) <= codes | set(left_out(report))


def test_a_trial_says_what_would_be_and_leaves_nothing(tmp_path):
    report = read_in(tmp_path, extract(house(40, AT[0], DORM | {"name": "1号楼"})), dry_run=True)
    assert report.made == ["1号楼"]
    assert not Campus.objects.exists()


def test_a_trial_on_a_campus_tells_changes_and_changes_nothing(tmp_path):
    campus = read_in(
        tmp_path, extract(house(40, AT[0], DORM | {"name": "1号楼", "building:levels": "6"}))
    ).campus
    again = extract(
        house(40, AT[0], DORM | {"name": "一号楼", "building:levels": "8"}),
        node(60, AT[2], shop="kiosk", name="报亭"),
    )
    report = read_in(tmp_path, again, dry_run=True)
    assert report.made == ["报亭"]
    assert [(name, [(c.field, c.before, c.after) for c in changes]) for name, changes in report.changed] == [
        ("一号楼", [("name", "1号楼", "一号楼"), ("floors", 6, 8), ("has_lift", False, True)])
    ]
    assert campus.places.get().name == "1号楼"


def test_the_command_names_what_is_left_out(tmp_path, capsys):
    path = tmp_path / "map.osm"
    path.write_text(extract(house(40, AT[0], DORM)), encoding="utf-8")
    call_command("import_campus", str(path), code="t")
    assert "— (w40): dorm" in capsys.readouterr().out


def test_the_command_takes_an_outline_from_a_file(tmp_path):
    path, outline = tmp_path / "map.osm", tmp_path / "edge.geojson"
    path.write_text(extract(edge={}), encoding="utf-8")
    outline.write_text(
        '{"type":"Polygon","coordinates":[[[104,30],[104.006,30],[104.006,30.006],[104,30.006],[104,30]]]}'
    )
    call_command("import_campus", str(path), code="t", outline=str(outline))
    assert Campus.objects.get().code == "t"


def test_the_command_says_in_one_sentence_what_is_wrong(tmp_path):
    with pytest.raises(CommandError, match="a point without an area"):
        call_command("import_campus", str(CASES / "osm" / "university-node.osm"), code="t")


def test_a_new_campus_is_closed_until_it_is_opened(tmp_path):
    assert not read_in(tmp_path, extract()).campus.is_active
