"""From a map to the first order: the checklist says what is missing, leads to where it is mended, and opens the campus last."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse

from accounts.models import StaffRole
from campus import opening, services
from campus.models import Admits, Campus, MapImport, Place
from core.errors import Invalid
from orders import services as orders
from orders.models import PriceRule, StagePolicy
from orders.requests import ErrandRequest
from tests.factories import (
    CourierFactory,
    PlaceFactory,
    RelayStationFactory,
    StaffRoleFactory,
    UserFactory,
    make_campus,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ginkgo(small_osm) -> Campus:
    from campus.osm import import_osm

    return import_osm(small_osm).campus


def missing(campus: Campus) -> set[str]:
    return {need.code for need in opening.lacks(Campus.objects.get(pk=campus.pk))}


def page_of(campus: Campus) -> str:
    return reverse("admin:campus_campus_opening", args=[campus.pk])


EVERYTHING = {"genders", "prices", "stages", "compensation", "operators", "couriers"}


def test_a_fresh_import_lacks_all_but_its_map(ginkgo):
    assert missing(ginkgo) == EVERYTHING


def test_a_campus_without_anything_lacks_its_map_and_places_too(db):
    campus = Campus.objects.create(code="bare", name="空", lat=30, lon=104, is_active=False)
    assert missing(campus) == EVERYTHING - {"genders"} | {"paths", "places"}


def test_opening_is_refused_with_every_reason(ginkgo):
    with pytest.raises(Invalid) as refusal:
        services.open_campus(campus=ginkgo)
    for reason in (
        "Who may enter the dorms",
        "Prices",
        "Times of the stages",
        "Compensation",
        "Operators",
        "Couriers",
    ):
        assert reason in str(refusal.value)
    assert not Campus.objects.get(pk=ginkgo.pk).is_active


def test_a_dorm_without_a_zone_is_named(ginkgo):
    Place.objects.filter(campus=ginkgo, name="留学生公寓").update(zone=None)
    (need,) = (need for need in opening.lacks(ginkgo) if need.code == "zones")
    assert "International" in str(need.missing) or "留学生公寓" in str(need.missing)


def test_a_confirmed_zone_is_asked_about_no_more(ginkgo):
    ginkgo.zones.update(admits_confirmed=True)
    assert "genders" not in missing(ginkgo)


def test_women_s_dorms_need_a_courier_who_may_enter_or_a_station(ginkgo):
    zone = ginkgo.places.get(name="梧桐苑1号楼").zone
    zone.admits = Admits.FEMALE
    zone.save()
    assert "stations" in missing(ginkgo)
    shelf = PlaceFactory(campus=ginkgo, kind=Place.Kind.RELAY_STATION, lat=30.003, lon=104.003)
    station = RelayStationFactory(place=shelf)
    station.zones.add(zone)
    assert "stations" not in missing(ginkgo)
    station.is_active = False
    station.save()
    assert "stations" in missing(ginkgo)
    CourierFactory(campus=ginkgo, user=UserFactory(campus=ginkgo, gender="female"))
    assert "stations" not in missing(ginkgo)


def test_one_operator_alone_is_not_enough(ginkgo):
    sun = UserFactory(is_staff=True, campus=ginkgo)
    StaffRoleFactory(user=sun, campus=ginkgo, role=StaffRole.Role.SUPERVISOR)
    assert "operators" in missing(ginkgo)
    StaffRoleFactory(user=UserFactory(is_staff=True), campus=ginkgo, role=StaffRole.Role.SUPPORT)
    assert "operators" not in missing(ginkgo)


def test_two_agents_without_a_supervisor_are_not_enough(ginkgo):
    for _i in range(2):
        StaffRoleFactory(user=UserFactory(is_staff=True), campus=ginkgo, role=StaffRole.Role.SUPPORT)
    assert "operators" in missing(ginkgo)


@pytest.mark.parametrize("code", ["stages", "compensation"])
def test_what_the_platform_ships_is_taken_in_one_press(root, ginkgo, code):
    assert root.post(page_of(ginkgo), {"do": code}).status_code == 302
    assert code not in missing(ginkgo)
    assert root.post(page_of(ginkgo), {"do": code}).status_code == 302


def test_looking_at_the_list_changes_nothing_and_offers_the_buttons(root, ginkgo):
    page = root.get(page_of(ginkgo)).text
    assert 'name="do" value="stages"' in page
    assert 'name="do" value="compensation"' in page
    assert missing(ginkgo) == EVERYTHING


def test_the_times_of_an_operator_stay(root, ginkgo):
    StagePolicy.objects.create(campus=ginkgo, stage="placed", minutes=42)
    root.post(page_of(ginkgo), {"do": "stages"})
    assert StagePolicy.objects.get(campus=ginkgo, stage="placed").minutes == 42


def test_each_row_leads_to_a_page_where_it_is_mended(root, ginkgo):
    page = root.get(page_of(ginkgo)).text
    for need in opening.needs(ginkgo):
        resolve(need.url.partition("?")[0])
        assert root.get(need.url).status_code == 200, need.code
        assert need.url.replace("&", "&amp;") in page


def test_a_press_that_comes_too_early_is_answered_with_the_reasons(root, ginkgo):
    page = root.post(page_of(ginkgo), {"do": "open"}, follow=True).text
    assert "This campus cannot open yet." in page
    assert not Campus.objects.get(pk=ginkgo.pk).is_active


def test_an_unknown_row_changes_nothing(root, ginkgo):
    assert "There is no such row." in root.post(page_of(ginkgo), {"do": "nonsense"}, follow=True).text


def test_the_campus_form_does_not_open_it(root, ginkgo):
    from tests.campus.test_editing import campus_form, change_url

    root.post(change_url(ginkgo), campus_form(ginkgo))
    assert not Campus.objects.get(pk=ginkgo.pk).is_active


def test_a_campus_is_closed_and_opened_again(root, campus, supervisor_sun):
    root.post(page_of(campus), {"do": "close"})
    assert not Campus.objects.get(pk=campus.pk).is_active
    root.post(page_of(campus), {"do": "close"})
    assert not Campus.objects.get(pk=campus.pk).is_active


def test_a_supervisor_has_the_list_of_their_own_campus_alone(
    client_of, supervisor_sun, operator_wang, campus
):
    other = make_campus("far")
    assert client_of(supervisor_sun).get(page_of(campus)).status_code == 200
    assert client_of(supervisor_sun).get(page_of(other)).status_code == 403
    assert client_of(operator_wang).get(page_of(campus)).status_code == 403


def test_from_the_upload_to_the_first_order(root, small_osm, wallet_money):
    """Everything by the pages that the checklist leads to."""
    sent = {
        "file": SimpleUploadedFile("campus.osm", small_osm.read_bytes()),
        "campus": "",
        "code": "",
        "name": "",
        "outline": "",
        "radius_m": "0",
    }
    root.post(reverse("admin:campus_mapimport_add"), sent)
    row = MapImport.objects.get()
    services.run_map_imports()
    root.post(reverse("admin:campus_mapimport_confirm", args=[row.pk]))
    services.run_map_imports()
    done = root.get(reverse("admin:campus_mapimport_change", args=[row.pk])).text
    campus = Campus.objects.get()
    assert page_of(campus) in done

    # Who may enter: in the list of zones.
    zones = list(campus.zones.all())
    data = {"form-TOTAL_FORMS": len(zones), "form-INITIAL_FORMS": len(zones), "_save": "Save"}
    for i, zone in enumerate(zones):
        data |= {f"form-{i}-id": zone.pk, f"form-{i}-admits": "any", f"form-{i}-admits_confirmed": "on"}
    assert (
        root.post(
            reverse("admin:campus_zone_changelist") + f"?campus__id__exact={campus.pk}", data
        ).status_code
        == 302
    )
    # A price.
    rule = {
        f.name: f.default
        for f in PriceRule._meta.fields
        if f.name.endswith(("_fen", "_m", "_kg", "_percent", "_minutes"))
    }
    rule = {name: value / 100 if name.endswith("_fen") else value for name, value in rule.items()}
    rule |= {"campus": campus.pk, "kind": "parcel", "reason": "the first"}
    assert root.post(reverse("admin:orders_pricerule_add"), rule).status_code == 302
    root.post(page_of(campus), {"do": "stages"})
    root.post(page_of(campus), {"do": "compensation"})
    for name, role in (("sun", "supervisor"), ("wang", "support")):
        UserFactory(username=name, campus=campus)
        person = {
            "user": UserFactory._meta.model.objects.get(username=name).pk,
            "campus": campus.pk,
            "role": role,
        }
        StaffRole.objects.create(user_id=person["user"], campus=campus, role=role)
        UserFactory._meta.model.objects.filter(username=name).update(is_staff=True)
    CourierFactory(campus=campus, user=UserFactory(campus=campus, gender="male"))
    assert missing(campus) == set()

    assert "Closed, and ready to open" in root.get(page_of(campus)).text
    root.post(page_of(campus), {"do": "open"})
    campus.refresh_from_db()
    assert campus.is_active

    lin = UserFactory(campus=campus)
    wallet_money(lin, 20_000)
    place = campus.places.get
    wish = {
        "pickup": place(name="菜鸟驿站"),
        "dropoff": place(name="梧桐苑2号楼"),
        "dropoff_detail": "3楼 302",
        "pickup_codes": "5-2-1188",
    }
    order = orders.place_order(
        actor=lin, request=ErrandRequest(campus=campus, kind="parcel", **wish), gateway="wallet"
    )
    order.refresh_from_db()
    assert order.status == "placed"
    assert order.legs.exists()
