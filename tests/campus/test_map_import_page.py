"""Maps by upload: looked through, shown, confirmed, imported; by whom, twice, and what goes wrong."""

from datetime import timedelta
from xml.sax.saxutils import quoteattr

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campus import services
from campus.admin import imports
from campus.demo import _lines, plan, position
from campus.demo import drawing as demo_drawing
from campus.models import Campus, MapImport, Place
from core import clock
from core.errors import WrongState
from tests.campus.osm_files import CASES, DORM, extract, house, node, way

pytestmark = pytest.mark.django_db


def upload(client, content: bytes | str, file_name: str = "map.osm", **fields):
    data = content.encode() if isinstance(content, str) else content
    form = {"campus": "", "code": "", "name": "", "outline": "", "radius_m": "0"} | fields
    return client.post(
        reverse("admin:campus_mapimport_add"), form | {"file": SimpleUploadedFile(file_name, data)}
    )


def page(client, row: MapImport) -> str:
    return client.get(reverse("admin:campus_mapimport_change", args=[row.pk])).text


def confirm(client, row: MapImport):
    return client.post(reverse("admin:campus_mapimport_confirm", args=[row.pk]))


ONE_DORM = extract(
    house(40, (30.0008, 104.001), DORM | {"name": "1号楼"}), node(60, (30.001, 104.002), shop="kiosk")
)


def test_an_upload_is_looked_through_shown_and_imported(root):
    assert upload(root, ONE_DORM).status_code == 302
    row = MapImport.objects.get()
    assert "every 1s" in page(root, row)
    services.run_map_imports()
    shown = page(root, row)
    assert "What would become of 试验大学 (test-university)" in shown
    assert "1号楼" in shown
    assert "— (n60): shop" in shown
    assert "every 1s" not in shown
    assert not Campus.objects.exists()

    confirm(root, row)
    services.run_map_imports()
    campus = Campus.objects.get()
    assert (campus.code, campus.is_active) == ("test-university", False)
    assert list(campus.places.values_list("name", flat=True)) == ["1号楼"]
    row.refresh_from_db()
    assert (row.status, row.campus, bool(row.file)) == ("done", campus, False)


def test_code_and_name_of_a_new_campus_may_be_given(root):
    upload(root, ONE_DORM, code="east", name="东校区")
    services.run_map_imports()
    confirm(root, MapImport.objects.get())
    services.run_map_imports()
    assert (Campus.objects.get().code, Campus.objects.get().name) == ("east", "东校区")


def test_a_packed_file_is_taken(root):
    upload(root, (CASES / "formats" / "plain.osm.gz").read_bytes(), "plain.osm.gz")
    services.run_map_imports()
    assert MapImport.objects.get().status == "ready"


@pytest.mark.parametrize(
    "name", ["map.geojson", "ride.gpx", "gbk.osm", "start.osm.pbf", "empty.osm", "overpass-error.html"]
)
def test_another_format_is_refused_in_one_sentence(root, name):
    content = (CASES / "formats" / name).read_bytes()
    response = upload(root, content, name)
    if not content:
        assert response.status_code == 200  # the form says it at once
        return
    services.run_map_imports()
    row = MapImport.objects.get()
    assert row.status == "failed"
    assert "What is needed is OpenStreetMap XML" in page(root, row)
    assert not row.file


def test_a_file_without_an_area_goes_on_with_a_radius(root):
    content = (CASES / "osm" / "university-node.osm").read_bytes()
    upload(root, content)
    services.run_map_imports()
    assert "a point without an area" in page(root, MapImport.objects.get())
    upload(root, content, radius_m="600")
    services.run_map_imports()
    assert MapImport.objects.latest("pk").status == "ready"


def test_a_file_that_is_too_big_is_not_kept(root, monkeypatch):
    monkeypatch.setattr(imports, "MOST_UPLOADED", 10)
    assert upload(root, ONE_DORM).status_code == 200
    assert not MapImport.objects.exists()


def test_confirming_twice_imports_once(root):
    upload(root, ONE_DORM)
    services.run_map_imports()
    row = MapImport.objects.get()
    confirm(root, row)
    confirm(root, row)
    assert services.run_map_imports() == 1
    confirm(root, row)
    assert services.run_map_imports() == 0
    assert Place.objects.count() == 1


def test_what_nobody_has_seen_is_not_confirmed(root):
    upload(root, ONE_DORM)
    with pytest.raises(WrongState):
        services.confirm_map_import(row=MapImport.objects.get())


def test_what_failed_is_not_confirmed(root):
    upload(root, "no map")
    services.run_map_imports()
    confirm(root, MapImport.objects.get())
    assert services.run_map_imports() == 0
    assert not Campus.objects.exists()


def test_what_is_claimed_is_left_to_its_process_until_that_is_gone(root):
    upload(root, ONE_DORM)
    MapImport.objects.update(claimed_at=clock.now())
    assert services.run_map_imports() == 0
    MapImport.objects.update(claimed_at=clock.now() - timedelta(minutes=7))
    assert services.run_map_imports() == 1


def test_what_nobody_confirms_is_forgotten_with_its_file(root):
    upload(root, ONE_DORM)
    services.run_map_imports()
    name = MapImport.objects.get().file.name
    MapImport.objects.update(created_at=clock.now() - timedelta(days=1, minutes=1))
    services.run_map_imports()
    row = MapImport.objects.get()
    assert (row.status, bool(row.file)) == ("failed", False)
    assert not default_storage.exists(name)


def test_a_mistake_of_ours_ends_one_import_and_not_the_next(root, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    upload(root, ONE_DORM)
    monkeypatch.setattr("campus.osm.import_osm", broken)
    services.run_map_imports()
    assert "could not be read" in page(root, MapImport.objects.get())


def test_a_supervisor_brings_their_own_campus_up_to_date(client_of, supervisor_sun, campus):
    client = client_of(supervisor_sun)
    Campus.objects.filter(pk=campus.pk).update(lat=30.003, lon=104.003)
    upload(client, ONE_DORM, campus=campus.pk)
    services.run_map_imports()
    row = MapImport.objects.get()
    assert "1号楼" in page(client, row)
    confirm(client, row)
    services.run_map_imports()
    assert campus.places.filter(name="1号楼").exists()
    assert Campus.objects.get(pk=campus.pk).is_active


def test_the_map_of_another_campus_is_not_taken_for_ones_own(client_of, supervisor_sun, campus, places):
    upload(client_of(supervisor_sun), ONE_DORM, campus=campus.pk)
    services.run_map_imports()
    row = MapImport.objects.get()
    assert row.status == "failed"
    assert "This map shows 试验大学, 16" in row.error
    assert campus.places.filter(is_active=True).exists()


def test_a_supervisor_makes_no_campus(client_of, supervisor_sun):
    response = upload(client_of(supervisor_sun), ONE_DORM)
    assert "Choose your campus" in response.text
    assert not MapImport.objects.exists()


def test_the_campus_of_others_is_not_theirs(client_of, supervisor_sun, other_campus):
    upload(client_of(supervisor_sun), ONE_DORM, campus=other_campus.pk)
    assert not MapImport.objects.exists()
    row = MapImport.objects.create(campus=other_campus, file_name="map.osm")
    assert confirm(client_of(supervisor_sun), row).status_code == 404


@pytest.mark.parametrize("person", ["operator_wang", "student_lin"])
def test_nobody_else_uploads(client_of, request, person, campus):
    upload(client_of(request.getfixturevalue(person)), ONE_DORM, campus=campus.pk)
    assert not MapImport.objects.exists()


# ---- The demo campus, as a file ------------------------------------------------------------------------------

TAGS = {
    "dorm": {"building": "dormitory"}, "canteen": {"amenity": "canteen"}, "shop": {"shop": "convenience"},
    "gate": {"barrier": "gate"}, "parcel_station": {"amenity": "post_office"}, "teaching": {"building": "university"},
    "library": {"amenity": "library"}, "office": {"office": "government"}, "sport": {"leisure": "sports_centre"},
    "relay_station": {"amenity": "parcel_locker"}, "other": {"amenity": "clinic"},
}  # fmt: skip


def demo_as_osm() -> tuple[str, int]:
    """The drawn demo campus as a file, and how many places are tagged in it."""
    parts, nodes = [], {}

    def at(point) -> int:
        if point not in nodes:
            nodes[point] = len(nodes) + 1
            parts.append(node(nodes[point], position(point)))
        return nodes[point]

    edge = [at(point) for point in demo_drawing.blob(plan.BOUNDARY, 30)]
    parts.append(
        way(1, [*edge, edge[0]], {"amenity": "university", "name": plan.NAME, "name:en": plan.NAME_EN})
    )
    for i, (_name, _name_en, _width, vehicles, line) in enumerate(_lines(), 2):
        parts.append(
            way(i, [at(point) for point in line], {"highway": "service" if "b" in vehicles else "footway"})
        )
    for i, (_code, kind, _zone, name, _name_en, door, _floors, _lift) in enumerate(plan.PLACES, 100_000):
        tags = TAGS[str(kind)] | {"name": name}
        parts.append(node(i, position(door), **{key: quoteattr(value)[1:-1] for key, value in tags.items()}))
    return "<osm version='0.6'>" + "".join(parts) + "</osm>", len(plan.PLACES)


def test_each_place_of_the_demo_campus_is_imported_or_named(root):
    text, tagged = demo_as_osm()
    upload(root, text, code="demo2")
    services.run_map_imports()
    row = MapImport.objects.get()
    confirm(root, row)
    services.run_map_imports()
    row.refresh_from_db()
    campus = Campus.objects.get(code="demo2")
    named = [item for _reason, items in row.report["left_out"] for item in items]
    codes = {f"n{i}" for i in range(100_000, 100_000 + tagged)}
    imported = set(campus.places.values_list("code", flat=True))
    lost = {code for code in codes - imported if not any(f"({code})" in item for item in named)}
    assert lost == set()
    assert len(imported) >= tagged * 0.95
