"""Signing up: a number proved by a code, a name, a campus, and consent."""

import pytest

from accounts.models import Consent, User

SIGNUP, VERIFY = "/accounts/signup/", "/accounts/phone/verify/"
NUMBER = "13712340000"


@pytest.fixture
def fill(client, campus, sms):
    def fill(**changes):
        data = {"phone": NUMBER, "name": "小周", "campus": campus.pk, "gender": "female", "agree": "on"}
        return client.post(SIGNUP, {**data, **changes})

    return fill


def test_zhou_signs_up(client, campus, fill, sms, settings):
    assert fill().url == VERIFY
    assert "_auth_user_id" not in client.session  # not before the code
    assert "137****0000" in client.get(VERIFY).content.decode()
    assert client.post(VERIFY, {"code": sms.code}).url == "/"
    zhou = User.objects.get(phone=NUMBER)
    assert client.session["_auth_user_id"] == str(zhou.pk)
    assert (zhou.name, zhou.campus, zhou.gender, zhou.language) == ("小周", campus, "female", "en")
    assert zhou.phone_verified
    assert not zhou.has_usable_password()
    assert not zhou.is_staff
    consents = {c.document: c for c in zhou.consents.all()}
    assert consents["terms"].version == settings.TERMS_VERSION
    assert consents["privacy"].version == settings.PRIVACY_VERSION
    assert consents["terms"].given_at is not None


def test_without_consent_nothing_is_stored(fill, sms):
    response = fill(agree="")
    assert "once you agree" in response.content.decode()
    assert not User.objects.filter(phone=NUMBER).exists()
    assert sms == []


@pytest.mark.parametrize("missing", ["phone", "name", "campus"])
def test_what_is_needed_is_asked_for(fill, missing):
    response = fill(**{missing: ""})
    assert response.status_code == 200
    assert response.context["form"].errors[missing]
    assert Consent.objects.count() == 0


def test_gender_is_optional(client, fill, sms):
    fill(gender="")
    client.post(VERIFY, {"code": sms.code})
    assert User.objects.get(phone=NUMBER).gender == "unknown"


def test_a_wrong_code_does_not_open(client, fill, sms):
    fill()
    assert "This code is not right." in client.post(VERIFY, {"code": sms.wrong_code}).content.decode()
    assert not User.objects.get(phone=NUMBER).phone_verified
    assert "_auth_user_id" not in client.session


def test_a_known_number_sees_the_same_page_and_is_told_by_message(client, fill, sms, student_lin):
    assert fill(phone=student_lin.phone).url == VERIFY
    assert client.get(VERIFY).status_code == 200
    assert sms == [(student_lin.phone, "This number already has an account. Just log in with a code.")]
    assert User.objects.filter(phone=student_lin.phone).count() == 1
    student_lin.refresh_from_db()
    assert student_lin.name == "林晓"


def test_a_number_that_someone_else_left_unproved_can_still_be_claimed(client, fill, sms, settings):
    """A stranger typed Zhou's number. Zhou gets in by code, and the stranger has no way in."""
    fill(name="stranger")
    client.cookies.clear()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.post("/accounts/login/code/", {"phone": NUMBER})
    client.post("/accounts/login/code/confirm/", {"code": sms.code})
    zhou = User.objects.get(phone=NUMBER)
    assert zhou.phone_verified
    assert client.session["_auth_user_id"] == str(zhou.pk)


def test_messages_are_not_sent_in_bursts(client, fill, sms, settings):
    settings.LOGIN_LIMITS = True
    fill()
    client.cookies.clear()
    fill(name="again")
    assert len(sms) == 1


def test_another_code_on_request(client, fill, sms):
    fill()
    assert client.post(VERIFY, {"action": "resend"}).url == VERIFY
    assert len(sms) == 2
    assert client.post(VERIFY, {"code": sms.code}).url == "/"


def test_a_campus_that_is_closed_cannot_be_chosen(fill, other_campus):
    other_campus.is_active = False
    other_campus.save()
    assert fill(campus=other_campus.pk).context["form"].errors["campus"]
