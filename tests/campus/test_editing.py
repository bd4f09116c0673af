"""The campus editor in the admin: who may do what, and that the map follows."""

import pytest
from django.urls import reverse

from accounts.models import StaffRole
from campus.models import Campus, Place, Weather
from tests.conftest import _operator


@pytest.fixture
def dispatcher_he(campus):
    return _operator("he", "何调度", campus, StaffRole.Role.DISPATCHER)


def change_url(row):
    return reverse(f"admin:campus_{row._meta.model_name}_change", args=[row.pk])


def filled(place, **changes):
    fields = ("name", "name_en", "kind", "zone_id", "floors", "lat", "lon", "node_key")
    data = {name.removesuffix("_id"): getattr(place, name) for name in fields}
    data |= {"is_active": "on"} | changes
    return {name: "" if value is None else value for name, value in data.items()}


def campus_form(campus, **changes):
    data = {
        "name": campus.name, "name_en": campus.name_en, "weather": campus.weather, "lat": campus.lat,
        "lon": campus.lon, "attribution": campus.attribution, "is_active": "on", "arrival_radius_m": campus.arrival_radius_m, "max_distance_m": campus.max_distance_m, "fetching_percent": campus.fetching_percent,
        "service_hours": campus.service_hours.label, "delivery_hours": campus.delivery_hours.label,
    }  # fmt: skip
    for prefix in ("zones", "peaks"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data | changes


def test_a_supervisor_edits_a_place_and_the_map_is_renewed(client_of, supervisor_sun, campus, places):
    client, before = client_of(supervisor_sun), campus.version
    page = client.get(change_url(places.canteen)).content.decode()
    assert "data-map" in page
    assert 'data-pick="id_lat id_lon"' in page
    response = client.post(change_url(places.canteen), filled(places.canteen, name="新二食堂", lat="31.0265"))
    assert response.status_code == 302
    places.canteen.refresh_from_db()
    campus.refresh_from_db()
    assert (places.canteen.name, places.canteen.lat) == ("新二食堂", 31.0265)
    assert campus.version != before


def test_a_place_keeps_its_code_and_campus(client_of, supervisor_sun, other_campus, places):
    data = filled(places.canteen, code="other", campus=other_campus.pk)
    client_of(supervisor_sun).post(change_url(places.canteen), data)
    places.canteen.refresh_from_db()
    assert (places.canteen.code, places.canteen.campus_id) == ("canteen", supervisor_sun.campus_id)


def test_the_zone_of_another_campus_is_refused(client_of, supervisor_sun, other_campus, places):
    data = filled(places.canteen, zone=other_campus.zones.first().pk, name="nope")
    assert client_of(supervisor_sun).post(change_url(places.canteen), data).status_code == 200
    places.canteen.refresh_from_db()
    assert places.canteen.name != "nope"


def test_even_a_superuser_cannot_give_a_place_a_foreign_zone(client_of, supervisor_sun, other_campus, places):
    supervisor_sun.is_superuser = True
    supervisor_sun.save()
    data = filled(places.canteen, zone=other_campus.zones.first().pk, name="nope")
    page = client_of(supervisor_sun).post(change_url(places.canteen), data).content.decode()
    assert "This zone belongs to another campus." in page


def test_a_supervisor_adds_and_deletes_a_place(client_of, supervisor_sun, campus, places):
    client = client_of(supervisor_sun)
    page = client.get(reverse("admin:campus_place_add")).content.decode()
    assert f"/campus/{campus.code}/map.json" in page
    data = filled(places.canteen, campus=campus.pk, code="new-one", name="新楼")
    assert client.post(reverse("admin:campus_place_add"), data).status_code == 302
    new = Place.objects.get(campus=campus, code="new-one")
    version = Campus.objects.get(pk=campus.pk).version
    assert (
        client.post(reverse("admin:campus_place_delete", args=[new.pk]), {"post": "yes"}).status_code == 302
    )
    assert not Place.objects.filter(pk=new.pk).exists()
    assert Campus.objects.get(pk=campus.pk).version != version


def test_a_support_agent_only_looks(client_of, operator_wang, places):
    client = client_of(operator_wang)
    page = client.get(change_url(places.canteen))
    assert page.status_code == 200
    assert "data-pick" not in page.content.decode()
    assert client.post(change_url(places.canteen), filled(places.canteen, name="nope")).status_code == 403
    places.canteen.refresh_from_db()
    assert places.canteen.name != "nope"
    assert client.get(reverse("admin:campus_place_add")).status_code == 403


def test_other_campuses_are_out_of_sight(client_of, supervisor_sun, other_campus):
    client, foreign = client_of(supervisor_sun), other_campus.places.first()
    assert client.get(change_url(foreign)).status_code in (302, 403, 404)
    client.post(change_url(foreign), filled(foreign, name="nope"))
    foreign.refresh_from_db()
    assert foreign.name != "nope"
    assert (
        other_campus.name_en in client.get("/map/?campus=hill").content.decode()
    )  # though not as a public map
    assert "hill" not in client.get(reverse("admin:campus_campus_changelist")).content.decode()


@pytest.mark.parametrize("person", ["student_lin", "courier_zhao"])
def test_others_do_not_get_in(client_of, request, person, places):
    response = client_of(request.getfixturevalue(person)).get(change_url(places.canteen))
    assert response.status_code in (302, 403)


def test_a_dispatcher_says_what_the_weather_is_and_nothing_else(client_of, dispatcher_he, campus):
    data = campus_form(campus, weather="storm", name="nope")
    assert client_of(dispatcher_he).post(change_url(campus), data).status_code == 302
    fresh = Campus.objects.get(pk=campus.pk)
    assert (fresh.weather, fresh.name) == (Weather.STORM, campus.name)


def test_a_supervisor_edits_the_campus_with_a_map_in_sight(client_of, supervisor_sun, campus):
    client = client_of(supervisor_sun)
    assert "data-map" in client.get(change_url(campus)).content.decode()
    assert client.post(change_url(campus), campus_form(campus, name="望湖新校区")).status_code == 302
    fresh = Campus.objects.get(pk=campus.pk)
    assert fresh.name == "望湖新校区"
    assert fresh.version != campus.version


def test_the_weather_can_be_set_in_the_list(client_of, supervisor_sun, campus):
    data = {
        "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": campus.pk, "form-0-weather": "rain", "_save": "Save",
    }  # fmt: skip
    client_of(supervisor_sun).post(reverse("admin:campus_campus_changelist"), data)
    assert Campus.objects.get(pk=campus.pk).weather == "rain"


def test_a_campus_is_never_deleted(client_of, supervisor_sun, campus):
    supervisor_sun.is_superuser = True
    supervisor_sun.save()
    url = reverse("admin:campus_campus_delete", args=[campus.pk])
    assert client_of(supervisor_sun).post(url, {"post": "yes"}).status_code == 403
    assert Campus.objects.filter(pk=campus.pk).exists()


def test_the_policy_is_relaxed_for_the_admin_alone(client_of, supervisor_sun, campus):
    client = client_of(supervisor_sun)
    admin, page = client.get(change_url(campus)), client.get("/map/")
    assert "'unsafe-eval'" in admin["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "default-src 'self'" in page["Content-Security-Policy"]
