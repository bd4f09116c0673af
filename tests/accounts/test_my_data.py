"""Taking one's data, and having it erased."""

import json

import pytest

from accounts import personal, services
from accounts.models import User
from core.errors import WrongState
from notifications.models import Notice
from notifications.services import notify
from tests.factories import AddressFactory
from tests.personal_data.reading import unpacked

ERASE = "/me/erase/"


@pytest.fixture
def lin(student_lin, places):
    services.give_consents(user=student_lin)
    AddressFactory(user=student_lin, place=places.dorm_north, detail="3楼 302", contact_phone="13912345678")
    notify(user=student_lin, kind="test", title="Delivered")
    return student_lin


@pytest.fixture
def obstacle(monkeypatch):
    monkeypatch.setattr(
        personal, "_obstacles", [*personal._obstacles, lambda user: "You have an order under way."]
    )


def test_export_has_everything_and_nothing_of_others(client_of, lin, student_mei, places):
    AddressFactory(user=student_mei, place=places.dorm_women, detail="her room")
    response = client_of(lin).get("/me/data/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in response.headers["Cache-Control"]
    files = unpacked(response)
    data = json.loads(files["my-data.json"])
    assert data["person"]["phone"] == lin.phone  # one's own number is one's own
    assert data["addresses"][0]["detail"] == "3楼 302"
    assert {c["document"] for c in data["consents"]} == {"terms", "privacy"}
    assert data["notices"][0]["title"] == "Delivered"
    assert not [name for name, content in files.items() if b"her room" in content]


def test_erased_for_good(client_of, lin):
    client = client_of(lin)
    assert client.get(ERASE).status_code == 200
    assert client.post(ERASE, {"sure": "1"}).url == "/accounts/login/"
    row = User.objects.get(pk=lin.pk)
    assert (row.name, row.phone, row.email, row.gender) == ("", None, "", "unknown")
    assert row.username.startswith("erased-")
    assert not row.is_active
    assert not row.has_usable_password()
    assert row.erased_at
    assert not row.addresses.exists()
    assert not Notice.objects.filter(user=row).exists()  # by the event
    assert row.consents.exists()  # the proof stays
    assert client.get("/me/").status_code == 302  # logged out


def test_other_devices_are_logged_out(client_of, lin):
    elsewhere = client_of(lin)
    services.erase_person(user=lin)
    assert elsewhere.get("/me/").status_code == 302


def test_the_number_is_free_again(lin, campus):
    phone = lin.phone
    services.erase_person(user=lin)
    assert services.create_user(phone=phone, campus=campus).pk != lin.pk


def test_not_without_saying_so(client_of, lin):
    assert "Tick this first." in client_of(lin).post(ERASE).content.decode()
    lin.refresh_from_db()
    assert lin.erased_at is None


def test_not_while_something_stands_against_it(client_of, lin, obstacle):
    client = client_of(lin)
    assert "You have an order under way." in client.get(ERASE).content.decode()
    client.post(ERASE, {"sure": "1"})
    lin.refresh_from_db()
    assert lin.phone
    with pytest.raises(WrongState, match="order under way"):
        services.erase_person(user=lin)


def test_an_operator_gives_the_role_back_first(operator_wang):
    with pytest.raises(WrongState, match="operator"):
        services.erase_person(user=operator_wang)


def test_twice_does_it_once(lin):
    services.erase_person(user=lin)
    erased_at = User.objects.get(pk=lin.pk).erased_at
    services.erase_person(user=lin)
    assert User.objects.get(pk=lin.pk).erased_at == erased_at
