"""What places are called: by their tags, and where several have one name."""

import pytest

from campus.osm.report import Reason
from tests.campus.osm_files import AT, DORM, extract, house, left_out, names, node
from tests.campus.test_osm_cases import read_in

pytestmark = pytest.mark.django_db


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
