"""A campus from an OpenStreetMap extract: tests/campus/data/small.osm, drawn by hand."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campus import network
from campus.models import Admits, Campus, Place, Vehicle, Zone
from campus.osm import import_osm
from core.errors import Invalid


@pytest.fixture
def ginkgo(db, small_osm) -> Campus:
    return import_osm(small_osm).campus


@pytest.fixture
def place(ginkgo):
    return lambda name: ginkgo.places.get(name=name)


def test_the_campus_is_the_university_in_the_file(ginkgo):
    assert (ginkgo.code, ginkgo.name, ginkgo.name_en) == (
        "ginkgo-university",
        "银杏大学",
        "Ginkgo University",
    )
    assert ginkgo.attribution == "© OpenStreetMap contributors"
    assert (round(ginkgo.lat, 3), round(ginkgo.lon, 3)) == (30.003, 104.003)


def test_code_and_name_may_be_given(db, small_osm):
    campus = import_osm(small_osm, code="east", name="东校区").campus
    assert (campus.code, campus.name) == ("east", "东校区")


def test_what_becomes_a_place(ginkgo):
    kinds = dict(ginkgo.places.values_list("name", "kind"))
    assert kinds == {
        "第一食堂": "canteen",
        "梧桐苑1号楼": "dorm",
        "梧桐苑2号楼": "dorm",
        "留学生公寓": "dorm",
        "图书馆": "library",
        "1号教学楼": "teaching",
        "菜鸟驿站": "parcel_station",
        "校园便利店": "shop",
        "门外奶茶": "shop",  # sixty metres outside the edge; the supermarket three hundred away is not ours
        "南门": "gate",
        "西门": "gate",
    }


def test_floors_and_lifts(place):
    assert (place("梧桐苑1号楼").floors, place("梧桐苑1号楼").has_lift) == (8, True)
    assert (place("梧桐苑2号楼").floors, place("梧桐苑2号楼").has_lift) == (6, False)  # what is usual


def test_zones_follow_the_clusters_of_dorms(place, ginkgo):
    zone = place("梧桐苑1号楼").zone
    assert (zone.name, zone.name_en, zone.admits) == ("梧桐苑", "Wutong Court", Admits.ANY)
    assert place("梧桐苑2号楼").zone == zone
    assert place("第一食堂").zone.code == place("留学生公寓").zone.code == "grounds"
    assert ginkgo.zones.count() == 2


def test_the_door_is_a_mapped_entrance_or_the_side_towards_a_path(place):
    assert place("第一食堂").position == (30.0025, 104.0042)
    assert place("图书馆").lon == pytest.approx(104.002)  # the path runs east of it


def test_a_locked_gate_is_inactive_and_nobody_gets_through(place, ginkgo):
    assert place("南门").is_active
    assert not place("西门").is_active
    street, inner = (30.003, 103.9995), (30.003, 104.0008)
    for vehicle in Vehicle:
        # By the south gate: down the street, along it, up the middle road and back west.
        assert network.distance_m(ginkgo, street, inner, vehicle) > 1500


def test_forbidden_and_unreachable_paths_are_left_out(ginkgo):
    nodes = set(ginkgo.paths.nodes)
    assert {"20", "21", "23"} <= nodes
    assert not nodes & {"30", "31", "32", "33"}  # the island, the motorway
    assert not [edge for edge in ginkgo.paths.edges if {edge["a"], edge["b"]} == {"20", "23"}]


def test_a_one_way_road_and_stairs(ginkgo):
    edges = {(edge["a"], edge["b"]): edge for edge in ginkgo.paths.edges}
    assert (edges["24", "22"]["go"], edges["24", "22"]["back"]) == ("fbe", "f")
    assert edges["23", "24"]["steps"]
    assert (edges["21", "23"]["go"], edges["21", "23"].get("steps")) == ("f", None)


def test_the_map_is_drawn(ginkgo):
    features = ginkgo.base_map.geojson["features"]
    kinds = {(f["properties"]["k"], f["properties"].get("t")) for f in features}
    assert {
        ("campus", None),
        ("water", None),
        ("green", None),
        ("pitch", "basketball"),
        ("building", "dorm"),
        ("building", "canteen"),
        ("building", "teaching"),
        ("gate", "closed"),
        ("gate", None),
        ("tree", None),
        ("path", None),
        ("road", None),
    } <= kinds
    (court,) = (f for f in features if f["properties"].get("t") == "teaching")
    assert len(court["geometry"]["coordinates"]) == 2  # with its courtyard
    assert court["properties"]["p"] == Place.objects.get(name="1号教学楼").code
    (lake,) = (f for f in features if f["properties"].get("n") == "镜湖")
    assert lake["properties"]["e"] == "Mirror Lake"


def test_a_second_import_changes_nothing(ginkgo, small_osm):
    def state():
        rows = [*Campus.objects.values(), *Zone.objects.values(), *Place.objects.values()]
        return [{key: value for key, value in row.items() if key != "version"} for row in rows]

    before = state()
    report = import_osm(small_osm)
    assert (report.new, report.gone) == (0, 0)
    assert state() == before


def test_operators_edits_stay(ginkgo, place, small_osm):
    dorm, zone, gate = place("梧桐苑1号楼"), place("梧桐苑1号楼").zone, place("西门")
    dorm.name, dorm.floors = "梧桐苑1号楼（博士）", 9
    zone.name, zone.admits = "梧桐苑女生区", Admits.FEMALE
    gate.is_active = True
    ginkgo.name = "银杏大学（本部）"
    for row in (dorm, zone, gate, ginkgo):
        row.save()

    import_osm(small_osm)

    for row in (dorm, zone, gate, ginkgo):
        row.refresh_from_db()
    assert (dorm.name, dorm.floors, dorm.has_lift) == ("梧桐苑1号楼（博士）", 9, True)
    assert (zone.name, zone.admits) == ("梧桐苑女生区", Admits.FEMALE)
    assert gate.is_active
    assert ginkgo.name == "银杏大学（本部）"
    assert ginkgo.zones.count() == 2


def test_what_the_map_has_changed_is_taken_over(ginkgo, small_osm, tmp_path):
    changed = tmp_path / "changed.osm"
    text = small_osm.read_text().replace("图书馆", "新图书馆").replace("校园便利店", "校园超市")
    changed.write_text(text)
    library = ginkgo.places.get(name="图书馆")
    report = import_osm(changed)
    library.refresh_from_db()
    assert library.name == "新图书馆"
    assert report.new == 0


def test_what_is_gone_from_the_map_becomes_inactive_and_may_come_back(ginkgo, small_osm, tmp_path):
    without = tmp_path / "without.osm"
    without.write_text(small_osm.read_text().replace('v="图书馆"', 'v=""').replace('v="Library"', 'v=""'))
    own = Place.objects.create(campus=ginkgo, code="our-own", name="三号柜", lat=30.003, lon=104.003)

    assert import_osm(without).gone == 1
    assert not ginkgo.places.get(name="图书馆").is_active
    own.refresh_from_db()
    assert own.is_active

    assert import_osm(small_osm).new == 0
    assert ginkgo.places.get(name="图书馆").is_active


def test_the_command_reports(db, small_osm):
    out = StringIO()
    call_command("import_campus", str(small_osm), code="east", stdout=out)
    assert "(east)" in out.getvalue()
    assert "11 places (11 new, 0 gone) in 2 zones" in out.getvalue()
    assert "1 closed gates" in out.getvalue()


@pytest.mark.parametrize(
    "text",
    ["<osm version='0.6'></osm>", "not a map", "<osm><way id='1'></osm>"],
    ids=["empty", "text", "broken"],
)
def test_a_file_that_is_no_campus_is_refused(db, tmp_path, text):
    file = tmp_path / "bad.osm"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("import_campus", str(file))
    assert not Campus.objects.exists()


def test_a_file_that_is_not_there_is_refused(db):
    with pytest.raises(CommandError):
        call_command("import_campus", "/no/such/file.osm")


def test_a_university_without_paths_is_refused(db, small_osm, tmp_path):
    file = tmp_path / "paths.osm"
    file.write_text(small_osm.read_text().replace('k="highway"', 'k="no_highway"'))
    with pytest.raises(Invalid):
        import_osm(file)
    assert not Campus.objects.exists()
