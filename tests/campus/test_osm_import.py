"""What the report of an import names, trials, and the command."""

from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from campus.models import Campus
from campus.osm import import_osm
from tests.campus.osm_files import AT, CASES, DORM, extract, house, left_out, node
from tests.campus.test_osm_cases import read_in

pytestmark = pytest.mark.django_db


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
