"""Numbers as people type them, wherever they may: one account, one number, one spelling."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.forms import AddressForm, CodeForm
from accounts.models import SecurityEvent, User
from delivery.forms import DeliverForm
from tests import factories

pytestmark = pytest.mark.django_db
PASTED = "\u202d+86 138 0000 0001\u202c"


def test_whoever_writes_it_it_is_stored_in_one_way():
    user = factories.UserFactory(phone="138" + "００００００００１"[1:])

    user.refresh_from_db()
    assert user.phone == "13800000001"


def test_two_spellings_are_one_number():
    factories.UserFactory(phone="13800000001")

    with pytest.raises(IntegrityError):
        factories.UserFactory(phone=PASTED)


def test_a_number_finds_its_owner_however_it_is_typed(student_lin):
    User.objects.filter(pk=student_lin.pk).update(phone="13800000001")

    assert User.objects.get(phone=PASTED) == student_lin


def test_lin_logs_in_with_a_pasted_number(client, student_lin):
    student_lin.phone = "13800000001"
    student_lin.set_password("correct horse")
    student_lin.save()

    client.post("/accounts/login/", {"login": PASTED, "password": "correct horse"})

    assert client.session.get("_auth_user_id") == str(student_lin.pk)


def test_an_address_takes_a_number_of_hong_kong(student_lin, campus):
    place = factories.places_of(campus).dorm_north
    form = AddressForm(
        {"place": place.pk, "contact_name": "陈", "contact_phone": "+852 9123 4567", "detail": "101"},
        campus=campus,
    )

    form.is_valid()
    assert form.cleaned_data["contact_phone"] == "+85291234567"


def test_what_is_no_number_is_said_with_what_to_enter(student_lin):
    student_lin.phone = "9123 4567"

    with pytest.raises(ValidationError, match="Hong Kong"):
        student_lin.full_clean()


@pytest.mark.parametrize("typed", ["1234", "１２３４", "1 2 3 4", " 12 34 ", "\u202d1234\u202c"])
def test_codes_have_digits_of_any_width(typed):
    assert CodeForm({"code": typed}).is_valid()
    form = DeliverForm({"code": typed})
    assert form.is_valid()
    assert form.cleaned_data["code"] == "1234"


@pytest.mark.parametrize("typed", ["12３", "12345", "abcd", "１２３４５"])
def test_a_receiving_code_has_four(typed):
    assert "code" in DeliverForm({"code": typed}).errors


@pytest.mark.parametrize("typed", ["13800000001", "+86 138 0000 0001", "１３８０００００００１"])
def test_a_search_by_a_whole_number_is_written_down_however_it_is_typed(
    client_of, supervisor_sun, student_lin, typed
):
    User.objects.filter(pk=student_lin.pk).update(phone="13800000001")

    client_of(supervisor_sun).get("/admin/accounts/user/", {"q": typed})

    assert SecurityEvent.objects.filter(kind="number_shown").count() == 1
