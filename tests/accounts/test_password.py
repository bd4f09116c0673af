"""Changing, setting and forgetting a password."""

import pytest
from django.core.exceptions import ValidationError

from accounts.passwords import GuessableValidator
from tests.factories import PASSWORD

NEW = "another-good-one"
CHANGE, SET, FORGOTTEN, REPLACE = (
    f"/accounts/password/{page}/" for page in ("change", "set", "reset", "new")
)


def test_lin_changes_the_password_and_stays_logged_in(client_of, student_lin):
    here, elsewhere = client_of(student_lin), client_of(student_lin)
    here.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    student_lin.refresh_from_db()
    assert student_lin.check_password(NEW)
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


@pytest.mark.parametrize(
    "old,new,again,field",
    [
        ("not-mine", NEW, NEW, "oldpassword"),
        (PASSWORD, NEW, "typo", "password2"),
        (PASSWORD, "short", "short", "password1"),
        (PASSWORD, "12345678901", "12345678901", "password1"),
    ],
)
def test_a_bad_change_is_refused(client_of, student_lin, old, new, again, field):
    response = client_of(student_lin).post(CHANGE, {"oldpassword": old, "password1": new, "password2": again})
    assert response.context["form"].errors[field]
    student_lin.refresh_from_db()
    assert student_lin.check_password(PASSWORD)


def test_who_has_none_sets_one(client_of, student_lin):
    student_lin.set_unusable_password()
    student_lin.save()
    client = client_of(student_lin)
    assert client.get(CHANGE).url == SET
    assert client.get(SET).status_code == 200
    client.post(SET, {"password1": NEW, "password2": NEW})
    student_lin.refresh_from_db()
    assert student_lin.check_password(NEW)


def test_a_forgotten_one_is_replaced_after_a_code(client, student_lin, sms):
    assert client.get(FORGOTTEN).status_code == 200
    confirm = client.post(FORGOTTEN, {"phone": student_lin.phone}).url
    assert confirm == f"/accounts/login/code/confirm/?next={REPLACE}"
    assert client.post(confirm, {"code": sms.code, "next": REPLACE}).url == REPLACE
    assert client.get(REPLACE).status_code == 200
    assert client.post(REPLACE, {"password1": NEW, "password2": NEW}).url == "/me/"
    student_lin.refresh_from_db()
    assert student_lin.check_password(NEW)
    assert client.get("/me/").status_code == 200


def test_without_a_fresh_code_the_old_password_is_asked_for(
    client, client_of, student_lin, sms, simulated_clock
):
    assert client_of(student_lin).get(REPLACE).url == CHANGE
    assert client_of(student_lin).post(REPLACE, {"password1": NEW, "password2": NEW}).url == CHANGE
    client.post("/accounts/login/code/", {"phone": student_lin.phone})
    client.post("/accounts/login/code/confirm/", {"code": sms.code})
    simulated_clock.advance(minutes=16)
    assert client.post(REPLACE, {"password1": NEW, "password2": NEW}).url == CHANGE
    student_lin.refresh_from_db()
    assert student_lin.check_password(PASSWORD)


def test_strangers_reach_none_of_these(client, db):
    for page in (CHANGE, SET, REPLACE):
        assert client.get(page).url.startswith("/accounts/login/?next=")


def test_lin_changes_the_number(client_of, student_lin, sms):
    client = client_of(student_lin)
    new, verify = "13755556666", "/accounts/phone/verify/"
    page = client.get("/accounts/phone/change/").content.decode()
    assert student_lin.masked_phone in page
    assert student_lin.phone not in page
    assert client.post("/accounts/phone/change/", {"phone": new}).url == verify
    student_lin.refresh_from_db()
    assert student_lin.phone != new  # not before the code
    client.post(verify, {"code": sms.code})
    student_lin.refresh_from_db()
    assert (student_lin.phone, student_lin.phone_verified) == (new, True)


def test_lin_cannot_take_meis_number(client_of, student_lin, student_mei, sms):
    client = client_of(student_lin)
    client.post("/accounts/phone/change/", {"phone": student_mei.phone})
    client.post("/accounts/phone/verify/", {"code": "123456"})
    student_mei.refresh_from_db()
    student_lin.refresh_from_db()
    assert student_lin.phone != student_mei.phone


def test_who_forgot_it_while_logged_in_is_led_to_the_code(client_of, student_lin):
    client = client_of(student_lin)
    assert client.post("/accounts/logout/", {"next": FORGOTTEN}).url == FORGOTTEN
    assert client.get(FORGOTTEN).status_code == 200


@pytest.mark.parametrize(
    "guessable", ["campus2026!", "Paotui-8888", "校园跑腿20261130", "20040917", "2004-09-17", "17.09.2004"]
)
def test_what_everybody_here_would_guess_is_refused(client_of, student_lin, guessable):
    client_of(student_lin).post(
        CHANGE, {"oldpassword": PASSWORD, "password1": guessable, "password2": guessable}
    )
    student_lin.refresh_from_db()
    assert student_lin.check_password(PASSWORD)


def test_the_name_of_the_campus_is_guessable(campus):
    with pytest.raises(ValidationError):
        GuessableValidator().validate(f"{campus.code}{campus.code}1")


@pytest.mark.parametrize("good", ["campus horse battery", "8372915570", "我在校园里骑自行车", "p" * 64 + "q"])
def test_any_kind_of_characters_and_any_length_may_be_a_password(client_of, student_lin, good):
    client_of(student_lin).post(CHANGE, {"oldpassword": PASSWORD, "password1": good, "password2": good})
    student_lin.refresh_from_db()
    assert student_lin.check_password(good)
