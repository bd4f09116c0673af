"""One's addresses: nobody else's."""

import pytest

from accounts import services
from accounts.models import Address
from core.errors import Invalid
from tests.factories import AddressFactory

LIST, NEW = "/me/addresses/", "/me/addresses/new/"


@pytest.fixture
def fields(places):
    return {"place": places.dorm_north.pk, "detail": "3楼 302"}


def test_the_first_is_the_default(client_of, student_lin, fields, places):
    client = client_of(student_lin)
    assert client.post(NEW, fields).url == LIST
    address = student_lin.addresses.get()
    assert (address.place, address.detail, address.is_default) == (places.dorm_north, "3楼 302", True)
    assert "3楼 302" in client.get(LIST).content.decode()


def test_one_default_at_a_time(client_of, student_lin, fields):
    client = client_of(student_lin)
    client.post(NEW, fields)
    client.post(NEW, {**fields, "detail": "second"})
    client.post(NEW, {**fields, "detail": "third", "is_default": "on"})
    assert [a.detail for a in student_lin.addresses.filter(is_default=True)] == ["third"]
    second = student_lin.addresses.get(detail="second")
    client.post(f"/me/addresses/{second.pk}/default/")
    assert [a.detail for a in student_lin.addresses.filter(is_default=True)] == ["second"]


def test_changing_keeps_the_default(client_of, student_lin, fields, places):
    client = client_of(student_lin)
    client.post(NEW, fields)
    own = student_lin.addresses.get()
    client.post(f"/me/addresses/{own.pk}/", {"place": places.canteen.pk, "detail": "door"})
    own.refresh_from_db()
    assert (own.place, own.detail, own.is_default) == (places.canteen, "door", True)


def test_deleting_the_default_promotes_another(client_of, student_lin, fields):
    client = client_of(student_lin)
    client.post(NEW, fields)
    client.post(NEW, {**fields, "detail": "second"})
    client.post(f"/me/addresses/{student_lin.addresses.get(is_default=True).pk}/delete/")
    assert [(a.detail, a.is_default) for a in student_lin.addresses.all()] == [("second", True)]


def test_meis_address_does_not_exist_for_lin(client_of, student_lin, student_mei, places):
    meis = AddressFactory(user=student_mei, place=places.dorm_women, detail="her room")
    client = client_of(student_lin)
    assert "her room" not in client.get(LIST).content.decode()
    assert client.get(f"/me/addresses/{meis.pk}/").status_code == 404
    assert client.post(f"/me/addresses/{meis.pk}/", {"place": places.gate.pk}).status_code == 404
    assert client.post(f"/me/addresses/{meis.pk}/delete/").status_code == 404
    assert client.post(f"/me/addresses/{meis.pk}/default/").status_code == 404
    meis.refresh_from_db()
    assert (meis.place, meis.is_default) == (places.dorm_women, False)


def test_reading_never_deletes(client_of, student_lin, places):
    own = AddressFactory(user=student_lin, place=places.gate)
    assert client_of(student_lin).get(f"/me/addresses/{own.pk}/delete/").status_code == 405
    assert Address.objects.filter(pk=own.pk).exists()


def test_a_place_of_another_campus_cannot_be_chosen(client_of, student_lin, fields, other_campus):
    elsewhere = other_campus.places.first()
    response = client_of(student_lin).post(NEW, {**fields, "place": elsewhere.pk})
    assert "Choose a place from the list." in response.content.decode()
    assert not student_lin.addresses.exists()


def test_a_closed_place_cannot_be_chosen(client_of, student_lin, fields, places):
    places.gate.is_active = False
    places.gate.save()
    client = client_of(student_lin)
    assert "South gate" not in client.get(NEW).content.decode()
    assert client.post(NEW, {**fields, "place": places.gate.pk}).status_code == 200


def test_who_receives_it_can_be_called(client_of, student_lin, fields):
    client = client_of(student_lin)
    response = client.post(NEW, {**fields, "contact_name": "室友"})
    assert response.context["form"].errors["contact_phone"]
    client.post(NEW, {**fields, "contact_name": "室友", "contact_phone": "139 1234 5678"})
    address = student_lin.addresses.get()
    assert address.contact_phone == "13912345678"
    page = client.get(LIST).content.decode()
    assert "139****5678" in page
    assert "13912345678" not in page


def test_twenty_are_enough(student_lin, places):
    for number in range(services.MAX_ADDRESSES):
        services.save_address(user=student_lin, place=places.dorm_north, detail=str(number))
    with pytest.raises(Invalid, match="20"):
        services.save_address(user=student_lin, place=places.dorm_north, detail="one too many")


def test_back_to_the_order_under_way(client_of, student_lin, fields):
    client = client_of(student_lin)
    assert client.post(NEW, {**fields, "next": "/new/parcel/"}).url == "/new/parcel/"
    assert client.post(NEW, {**fields, "next": "//evil.example"}).url == LIST


def test_the_list_costs_the_same_for_many(client_of, student_lin, places, django_assert_max_num_queries):
    client = client_of(student_lin)
    for _ in range(12):
        AddressFactory(user=student_lin, place=places.dorm_north)
    with django_assert_max_num_queries(7):
        client.get(LIST)


def test_strangers_log_in_first(client, db):
    for page in ("/me/", LIST, NEW):
        assert client.get(page).url == f"/accounts/login/?next={page}"
