"""Operators let couriers in and stop them; legs are only looked at."""

import pytest
from django.urls import reverse

from couriers.models import Courier
from tests.factories import CourierFactory

pytestmark = pytest.mark.django_db


def turn(client, courier, what, **data):
    url = reverse(f"admin:couriers_courier_{what}", args=[courier.pk])
    return client.post(url, {"_form_submitted": "on"} | data)


def test_a_supervisor_suspends_with_a_reason_and_lets_in_again(client_of, supervisor_sun, courier_zhao):
    client = client_of(supervisor_sun)
    answer = turn(client, courier_zhao, "suspend", reason="Two complaints")
    assert answer["HX-Redirect"] == reverse("admin:couriers_courier_change", args=[courier_zhao.pk])
    courier = Courier.objects.get()
    assert (courier.status, courier.on_duty, courier.suspended_for) == ("suspended", False, "Two complaints")
    turn(client, courier_zhao, "reinstate")
    courier.refresh_from_db()
    assert (courier.status, courier.suspended_for) == ("active", "")


def test_no_reason_no_suspension(client_of, supervisor_sun, courier_zhao):
    turn(client_of(supervisor_sun), courier_zhao, "suspend", reason="")
    assert Courier.objects.get().status == "active"


@pytest.mark.parametrize("what", ["suspend", "vet"])
def test_support_may_not_decide_about_couriers(client_of, operator_wang, campus, what):
    courier = CourierFactory(campus=campus, status="active" if what == "suspend" else "applied")
    assert turn(client_of(operator_wang), courier, what, reason="x").status_code == 403
    courier.refresh_from_db()
    assert courier.status in ("active", "applied")


def test_couriers_of_another_campus_are_out_of_reach(client_of, supervisor_sun, other_campus):
    stranger = CourierFactory(campus=other_campus)
    client = client_of(supervisor_sun)
    assert turn(client, stranger, "suspend", reason="x").status_code in (403, 404)
    assert client.get(reverse("admin:couriers_courier_change", args=[stranger.pk])).status_code == 302
    assert str(stranger.user.name) not in client.get(reverse("admin:couriers_courier_changelist")).text


def test_suspending_a_suspended_one_is_refused(client_of, supervisor_sun, courier_zhao):
    client = client_of(supervisor_sun)
    turn(client, courier_zhao, "suspend", reason="first")
    assert turn(client, courier_zhao, "suspend", reason="second").status_code == 403
    assert Courier.objects.get().suspended_for == "first"


def test_the_state_cannot_be_typed(client_of, supervisor_sun, courier_zhao):
    client = client_of(supervisor_sun)
    url = reverse("admin:couriers_courier_change", args=[courier_zhao.pk])
    answer = client.post(
        url,
        {"gender": "male", "vehicle": "foot", "capacity": 2, "status": "left", "credit": 0, "on_duty": ""},
    )
    assert answer.status_code == 302
    courier = Courier.objects.get()
    assert (courier.vehicle, courier.status, courier.credit, courier.on_duty) == ("foot", "active", 100, True)


def test_a_new_courier_has_applied_and_must_be_let_in(
    client_of, supervisor_sun, operator_wang, student_lin, campus
):
    url = reverse("admin:couriers_courier_add")
    wish = {"user": student_lin.pk, "campus": campus.pk, "gender": "male", "vehicle": "foot", "capacity": 2}
    assert client_of(operator_wang).post(url, wish).status_code == 403
    client = client_of(supervisor_sun)
    assert client.get(url).status_code == 200
    assert client.post(url, wish | {"status": "active"}).status_code == 302
    courier = Courier.objects.get(user=student_lin)
    assert (courier.status, courier.on_duty) == ("applied", False)
    turn(client, courier, "vet")
    courier.refresh_from_db()
    assert courier.status == "vetted"


def test_lists_show_no_whole_number(client_of, supervisor_sun, courier_zhao):
    text = client_of(supervisor_sun).get(reverse("admin:couriers_courier_changelist")).text
    assert courier_zhao.user.masked_phone in text
    assert courier_zhao.user.phone not in text


def test_students_and_couriers_have_no_business_here(client_of, student_lin, courier_zhao):
    for person in (student_lin, courier_zhao):
        assert client_of(person).get(reverse("admin:couriers_courier_changelist")).status_code == 302


def test_legs_are_looked_at_and_never_edited(client_of, supervisor_sun, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    client = client_of(supervisor_sun)
    page = client.get(reverse("admin:delivery_leg_change", args=[leg.pk]))
    assert page.status_code == 200
    assert leg.no in page.text
    assert client.post(reverse("admin:delivery_leg_change", args=[leg.pk]), {"pay_fen": 1}).status_code == 403
    assert client.get(reverse("admin:delivery_leg_add")).status_code == 403
    assert (
        client.post(reverse("admin:delivery_leg_delete", args=[leg.pk]), {"post": "yes"}).status_code == 403
    )
    assert leg.no in client.get(reverse("admin:delivery_leg_changelist")).text


@pytest.mark.parametrize("strange", ["zzz", "²", "9" * 40])
def test_a_number_that_is_none_is_nobodys_page(client_of, supervisor_sun, strange):
    client = client_of(supervisor_sun)
    for app, model in (("couriers", "courier"), ("couriers", "application"), ("couriers", "course")):
        assert client.get(f"/admin/{app}/{model}/{strange}/change/").status_code in (302, 404)
    assert client.post(f"/admin/couriers/courier/{strange}/suspend/").status_code in (302, 403, 404)
    assert client.get("/admin/campus/place/add/", {"campus": strange}).status_code == 200
