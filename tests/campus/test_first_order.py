"""From a map file to the first order, all of it by the pages: what a team does alone. With the drawn extract, the demo campus
as a file, and a real extract of OpenStreetMap."""

import re
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from campus import opening, services
from campus.models import Campus, MapImport, Place
from core.sheets import download
from couriers.models import Application
from orders.models import Kind, Order
from orders.price_sheets.comparing import columns
from tests.accounts.conftest import sms  # noqa: F401  (a fixture: what was sent)
from tests.campus.test_map_import_page import demo_as_osm
from tests.conftest import EXTRACT as REAL
from tests.conftest import ReadingClient
from tests.core.test_images import upload as photo_file

pytestmark = pytest.mark.django_db


def by_upload(root, data: bytes) -> MapImport:
    """The file is uploaded, looked through, confirmed and imported; its row."""
    sent = {"file": SimpleUploadedFile("campus.osm", data), "campus": "", "code": "first", "name": "", "outline": "",
            "radius_m": "0"}  # fmt: skip
    assert root.post(reverse("admin:campus_mapimport_add"), sent).status_code == 302
    row = MapImport.objects.get()
    services.run_map_imports()
    row.refresh_from_db()
    assert row.error == ""
    root.post(reverse("admin:campus_mapimport_confirm", args=[row.pk]))
    services.run_map_imports()
    row.refresh_from_db()
    assert row.status == "done"
    return row


# -- Nothing of the map is lost ------------------------------------------------------------------------------

# A plain count, with nothing of the importer in it: what says that it is something one goes to.
ALWAYS = ("shop", "office", "healthcare")
VALUES = {
    "amenity": {"canteen", "food_court", "restaurant", "fast_food", "cafe", "library", "post_office", "parcel_locker", "bank",
                "clinic", "hospital"},
    "building": {"dormitory", "university", "retail", "hospital", "dormitory;yes"},
    "barrier": {"gate"},
    "leisure": {"stadium", "sports_centre", "swimming_pool"},
}  # fmt: skip
WITH_A_NAME = ("amenity", "building", "leisure", "tourism", "craft", "historic")


def counted(data: bytes) -> dict[str, str]:
    """{id: name} of all nodes, ways and areas of the file that are places by their tags."""
    found = {}
    for element in ElementTree.fromstring(data):  # noqa: S314 - of ours, or of OpenStreetMap
        tags = {tag.get("k"): tag.get("v") for tag in element.findall("tag")}
        is_area = element.tag in ("node", "way") or tags.get("type") == "multipolygon"
        is_place = any(key in tags for key in ALWAYS) or any(
            tags.get(key) in values for key, values in VALUES.items()
        )
        if is_area and (is_place or ("name" in tags and any(key in tags for key in WITH_A_NAME))):
            found[element.tag[0] + element.get("id")] = tags.get("name", "")
    return found


def lost(row: MapImport, data: bytes) -> dict[str, str]:
    """Of the plain count, what is neither a place now nor named in the report that the page shows."""
    named = re.findall(
        r"\(([nwr]-?\d+)\)", " ".join(text for _why, items in row.report["left_out"] for text in items)
    )
    known = {*row.campus.places.values_list("code", flat=True), *named}
    return {key: name for key, name in counted(data).items() if key not in known and name != row.campus.name}


def test_all_of_the_drawn_extract_is_imported_or_named(root, small_osm):
    data = small_osm.read_bytes()
    assert len(counted(data)) > 10
    assert lost(by_upload(root, data), data) == {}


def test_all_of_the_demo_campus_is_imported_or_named(root):
    text, tagged = demo_as_osm()
    data = text.encode()
    assert len(counted(data)) >= tagged - 1
    row = by_upload(root, data)
    assert lost(row, data) == {}
    assert row.campus.places.count() >= tagged * 0.95


@pytest.mark.extract
def test_all_of_a_real_extract_is_imported_or_named(root):
    data = REAL.read_bytes()
    assert len(counted(data)) > 150
    row = by_upload(root, data)
    assert lost(row, data) == {}
    page = root.get(reverse("admin:campus_mapimport_change", args=[row.pk])).text
    for _why, items in row.report["left_out"]:
        assert all(item.partition(" (")[0] in page or "&" in page for item in items)


# -- The checklist -------------------------------------------------------------------------------------------


def sign_up(address: str, campus: Campus, name: str, phone: str, sms, gender: str = "") -> Client:  # noqa: F811
    """A new person's browser, who has come by this address."""
    client = ReadingClient()
    page = client.get(address, follow=True)
    form = page.context["form"]
    assert campus in form.fields["campus"].queryset
    sent = {"phone": phone, "name": name, "campus": campus.pk, "gender": gender, "agree": "on",
            "team": form["team"].value() or ""}  # fmt: skip
    client.post(reverse("account_signup"), sent)
    client.post("/accounts/phone/verify/", {"code": sms.code})
    assert User.objects.get(phone=phone).campus == campus
    return client


def to_the_first_order(root, campus: Campus, sms, wallet_money) -> Order:  # noqa: F811
    checklist = reverse("admin:campus_campus_opening", args=[campus.pk])
    page = root.get(checklist).text
    link = re.search(r'href="(http://testserver(/join/[^"]+))"', page)[2]

    # The team joins by its link; nobody else can choose this campus.
    assert campus.name not in ReadingClient().get(reverse("account_signup")).text
    sign_up(link, campus, "孙主管", "13700000001", sms)
    sign_up(link, campus, "王客服", "13700000002", sms)
    zhao = sign_up(link, campus, "赵强", "13700000003", sms, "male")
    for phone, role in (("13700000001", "supervisor"), ("137 0000 0002", "support")):
        root.post(
            reverse("admin:accounts_staffrole_add"), {"phone": phone, "campus": campus.pk, "role": role}
        )
    cards = {"student_card": photo_file("JPEG"), "face": photo_file("JPEG")}
    zhao.post("/c/apply/", {"name": "赵强", "gender": "male", "vehicle": "bicycle", **cards})
    accept = reverse("admin:couriers_application_accept", args=[Application.objects.get().pk])
    root.post(accept, {"_form_submitted": "on"})
    zhao.post(reverse("couriers:training"))

    # Who may enter the dorms, and prices by a sheet.
    zones = list(campus.zones.all())
    form = {"form-TOTAL_FORMS": len(zones), "form-INITIAL_FORMS": len(zones), "_save": "Save"}
    for i, zone in enumerate(zones):
        form |= {f"form-{i}-id": zone.pk, f"form-{i}-admits": "any", f"form-{i}-admits_confirmed": "on"}
    root.post(f"{reverse('admin:campus_zone_changelist')}?campus__id__exact={campus.pk}", form)
    sheet_page = reverse("admin:orders_pricerule_sheet")
    sheet = download(
        "p", "xlsx", [str(columns()[0].label), str(columns()[1].label)], [[str(Kind.PARCEL.label), "3.00"]]
    )
    shown = root.post(sheet_page, {"campus": campus.pk, "file": SimpleUploadedFile("p.xlsx", sheet.content)})
    root.post(sheet_page, {"campus": campus.pk, "signed": shown.context["signed"], "reason": "the first"})
    draft = campus.price_rules.get(status="draft")
    root.post(reverse("admin:orders_pricerule_go_live", args=[draft.pk]), {"_form_submitted": "on"})
    for what in ("stages", "compensation"):
        root.post(checklist, {"do": what})

    assert [need.code for need in opening.lacks(Campus.objects.get(pk=campus.pk))] == []
    assert "Closed, and ready to open" in root.get(checklist).text
    root.post(checklist, {"do": "open"})
    campus.refresh_from_db()
    assert campus.is_active

    # A student comes, and orders.
    lin = sign_up(reverse("account_signup"), campus, "林晓", "13700000004", sms)
    wallet_money(User.objects.get(phone="13700000004"), 20_000)
    station = campus.places.filter(kind=Place.Kind.PARCEL_STATION, is_active=True).first()
    dorm = campus.places.filter(kind=Place.Kind.DORM, is_active=True).first()
    assert station.name in lin.get("/new/parcel/").text
    wish = {"pickup": station.pk, "pickup_codes": "5-2-1188", "size": "S", "weight_kg": 1, "dropoff": dorm.pk,
            "dropoff_detail": "3楼 302", "window": "asap", "gender_wanted": "any", "gateway": "wallet", "key": "FIRST00001",
            "forced_was": ""}  # fmt: skip
    lin.post("/new/parcel/", wish)
    order = Order.objects.get()
    assert (order.status, order.campus, order.total_fen >= 500) == ("placed", campus, True)

    # The courier takes it.
    zhao.post(reverse("dispatch:duty"), {"on": "1"})
    leg = order.legs.get()
    zhao.post(reverse("dispatch:grab", args=[leg.no]))
    order.refresh_from_db()
    assert order.status == "accepted"
    return order


def test_from_the_drawn_extract_to_the_first_order(root, small_osm, sms, wallet_money):  # noqa: F811
    to_the_first_order(root, by_upload(root, small_osm.read_bytes()).campus, sms, wallet_money)


def test_from_the_demo_campus_to_the_first_order(root, sms, wallet_money):  # noqa: F811
    to_the_first_order(root, by_upload(root, demo_as_osm()[0].encode()).campus, sms, wallet_money)


@pytest.mark.extract
def test_from_a_real_extract_to_the_first_order(root, sms, wallet_money):  # noqa: F811
    to_the_first_order(root, by_upload(root, REAL.read_bytes()).campus, sms, wallet_money)


# -- The team's link -----------------------------------------------------------------------------------------


@pytest.fixture
def closed(root, small_osm) -> Campus:
    return by_upload(root, small_osm.read_bytes()).campus


@pytest.fixture
def link(root, closed) -> str:
    page = root.get(reverse("admin:campus_campus_opening", args=[closed.pk])).text
    return re.search(r'href="http://testserver(/join/[^"]+)"', page)[1]


def test_who_has_an_account_joins_by_choosing_the_campus(client_of, closed, link, student_lin):
    client = client_of(student_lin)
    page = client.get(link, follow=True)
    assert page.redirect_chain[-1][0].startswith("/me/profile/?team=")
    client.post(page.redirect_chain[-1][0], {"name": "林晓", "campus": closed.pk, "gender": "male"})
    student_lin.refresh_from_db()
    assert student_lin.campus == closed


def test_a_closed_campus_is_nobody_s_choice_without_the_link(client_of, closed, student_lin, sms):  # noqa: F811
    client_of(student_lin).post("/me/profile/", {"name": "林晓", "campus": closed.pk, "gender": "male"})
    student_lin.refresh_from_db()
    assert student_lin.campus != closed
    sent = {"phone": "13700000009", "name": "小周", "campus": closed.pk, "gender": "", "agree": "on"}
    for forged in ({}, {"team": "x"}, {"team": "1:abc:def"}):
        ReadingClient().post(reverse("account_signup"), sent | forged)
    assert not User.objects.filter(phone="13700000009").exists()


def test_who_has_joined_edits_the_profile_and_stays(client_of, closed, student_lin):
    student_lin.campus = closed
    student_lin.save()
    client_of(student_lin).post("/me/profile/", {"name": "林小晓", "campus": closed.pk, "gender": "male"})
    student_lin.refresh_from_db()
    assert (student_lin.name, student_lin.campus) == ("林小晓", closed)


def test_a_link_that_is_none_says_so(client, db):
    page = client.get(reverse("accounts:join", args=["nonsense"]), follow=True)
    assert "not valid any more" in page.text or "已失效" in page.text


def test_an_open_campus_needs_no_link(root, campus):
    assert "/join/" not in root.get(reverse("admin:campus_campus_opening", args=[campus.pk])).text
