"""The courier's own page."""

import pytest
from django.urls import reverse

from core.errors import Invalid
from core.panels import _panels
from couriers import services
from couriers.models import Courier

pytestmark = pytest.mark.django_db


def test_it_shows_the_profile_without_the_whole_number(client_of, courier_zhao):
    text = client_of(courier_zhao).get(reverse("delivery:me")).text
    assert "赵强" in text
    assert courier_zhao.user.masked_phone in text
    assert courier_zhao.user.phone not in text
    for name in ("delivery:earnings", "orders:home", "accounts:me"):
        assert f'href="{reverse(name)}"' in text


def test_vehicle_and_number_of_orders_can_be_changed(client_of, courier_zhao):
    answer = client_of(courier_zhao).post(
        reverse("delivery:me"), {"vehicle": "ebike", "capacity": "5"}, follow=True
    )
    assert "Saved" in answer.text
    courier = Courier.objects.get()
    assert (courier.vehicle, courier.capacity) == ("ebike", 5)


@pytest.mark.parametrize("vehicle, capacity", [("rocket", 3), ("foot", 0), ("foot", 6), ("", "")])
def test_what_does_not_make_sense_is_refused(client_of, courier_zhao, vehicle, capacity):
    answer = client_of(courier_zhao).post(
        reverse("delivery:me"), {"vehicle": vehicle, "capacity": capacity, "status": "left", "credit": 999}
    )
    assert answer.status_code == 422
    courier = Courier.objects.get()
    assert (courier.vehicle, courier.capacity, courier.status, courier.credit) == (
        "bicycle",
        3,
        "active",
        100,
    )


def test_the_service_checks_for_itself(courier_zhao):
    with pytest.raises(Invalid):
        services.update_profile(courier=courier_zhao, vehicle="foot", capacity=9)


def test_other_apps_may_add_to_it(client_of, courier_zhao, monkeypatch):
    monkeypatch.setitem(
        _panels, "delivery.me", [(1, "x", lambda request, subject: f"<i>for {subject.pk}</i>")]
    )
    assert f"<i>for {courier_zhao.pk}</i>" in client_of(courier_zhao).get(reverse("delivery:me")).text


@pytest.mark.parametrize("zone", ["9" * 20, "x", "²", "\U0001f4a5"])
def test_an_area_that_is_none_is_refused(client_of, courier_zhao, zone):
    data = {"vehicle": "foot", "capacity": "2", "zones": zone}
    assert client_of(courier_zhao).post(reverse("delivery:me"), data).status_code == 422


def test_the_areas_one_wants_are_kept(client_of, courier_zhao, places):
    zone = places.dorm_north.zone
    data = {"vehicle": "foot", "capacity": "2", "zones": [zone.pk]}
    assert client_of(courier_zhao).post(reverse("delivery:me"), data).status_code == 302
    assert list(Courier.objects.get().zones.all()) == [zone]
