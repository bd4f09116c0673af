"""What has been typed outlives the page; a newcomer's door outlives the first order."""

import pytest

from accounts.models import Address
from orders.models import Draft, Order
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(campus, places, simulated_clock):
    """typed(**changes): what the parcel form holds."""

    def make(**changes) -> dict:
        return {"pickup": places.parcel_station.pk, "pickup_codes": "", "size": "S", "weight_kg": "1",
                "window": "asap", "dropoff": places.dorm_north.pk, "dropoff_detail": "302",
                "gender_wanted": "any", "key": "ABCDEFGHJK"} | changes  # fmt: skip

    return make


def test_a_code_that_was_typed_is_there_when_one_comes_back(client_of, student_lin, typed):
    browser = client_of(student_lin)
    assert browser.post("/new/parcel/draft/", typed(pickup_codes="12-3-4567")).status_code == 204
    page = browser.get("/new/parcel/").text
    assert "12-3-4567" in page
    assert "We kept what you entered last time." in page


def test_with_nothing_typed_nothing_is_kept(client_of, student_lin, typed, places):
    factories.AddressFactory(user=student_lin, place=places.dorm_north, detail="302", is_default=True)
    browser = client_of(student_lin)
    for page in ("draft", "price"):
        browser.post(f"/new/parcel/{page}/", typed())
    assert not Draft.objects.exists()
    assert "We kept" not in browser.get("/new/parcel/").text


def test_each_kind_has_its_own_and_each_person(client_of, student_lin, student_mei, typed):
    client_of(student_lin).post("/new/parcel/draft/", typed(pickup_codes="77-1-2345"))
    assert "77-1-2345" not in client_of(student_lin).get("/new/purchase/").text
    assert "77-1-2345" not in client_of(student_mei).get("/new/parcel/").text


def test_the_first_door_is_kept_and_no_second_one(client_of, student_lin, typed, wallet_money):
    wallet_money(student_lin, 10_000)
    browser = client_of(student_lin)
    for key in ("AAAAAAAAAA", "BBBBBBBBBB"):
        browser.post("/new/parcel/", typed(pickup_codes="1-2-3456", gateway="wallet", key=key))
    assert Order.objects.count() == 2
    address = Address.objects.get(user=student_lin)
    assert (address.place.code, address.detail, address.is_default) == ("dorm_north", "302", True)
    assert 'value="302"' in browser.get("/new/parcel/").text
