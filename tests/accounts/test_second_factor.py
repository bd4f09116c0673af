"""Operators need an authenticator app besides the password."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from tests.factories import PASSWORD

ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_SECOND_FACTOR = True


def code_now(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def wangs_secret(operator_wang) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(operator_wang, secret)
    return secret


def test_strangers_log_in_on_the_common_page(client, db):
    response = client.get("/admin/")
    assert response.status_code == 302
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")


def test_a_student_has_no_business_in_the_admin(client_of, student_lin):
    assert client_of(student_lin).get("/admin/login/").status_code == 403
    assert client_of(student_lin).get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("page", ["/admin/", "/admin/accounts/user/"])
def test_wang_without_a_second_factor_is_sent_to_set_one_up(client_of, operator_wang, page):
    response = client_of(operator_wang).get(page)
    assert (response.status_code, response.url) == (302, ACTIVATE)


def test_a_post_does_not_slip_through(client_of, supervisor_sun, student_lin):
    response = client_of(supervisor_sun).post(
        reverse("admin:accounts_user_phone", args=[student_lin.pk]), {"reason": "x"}
    )
    assert response.url == ACTIVATE


def test_wang_sets_it_up_and_works(client_of, operator_wang, simulated_clock):
    client = client_of(operator_wang)
    simulated_clock.advance(minutes=20)
    # Setting it up is well guarded: the password once more.
    response = client.get(ACTIVATE)
    assert response.url.startswith("/accounts/reauthenticate/")
    client.post(response.url, {"password": PASSWORD, "next": ACTIVATE})
    page = client.get(ACTIVATE)
    assert b"data:image/svg+xml" in page.content
    secret = page.context["form"].secret
    assert "This code is not right." in client.post(ACTIVATE, {"code": "000000"}).content.decode()
    response = client.post(ACTIVATE, {"code": code_now(secret)})
    assert response.url == "/accounts/2fa/recovery-codes/"
    codes = client.get(response.url)
    assert len(codes.context["unused_codes"]) == 10
    assert client.get("/admin/").status_code == 200


def test_wang_is_asked_for_it_at_each_login(client, operator_wang, wangs_secret):
    login = {"login": operator_wang.phone, "password": PASSWORD}
    assert client.post("/accounts/login/", login).url == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    page = client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "This code is not right." in page
    assert client.post("/accounts/2fa/authenticate/", {"code": code_now(wangs_secret)}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_also_when_logging_in_by_sms(client, operator_wang, wangs_secret, sms):
    client.post("/accounts/login/code/", {"phone": operator_wang.phone})
    response = client.post("/accounts/login/code/confirm/", {"code": sms.code})
    assert response.url == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_opens_once(client, operator_wang, wangs_secret):
    codes = RecoveryCodes.activate(operator_wang).get_unused_codes()
    for attempt, expected in [(1, 302), (2, 200)]:
        client.post("/accounts/login/", {"login": operator_wang.phone, "password": PASSWORD})
        response = client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert response.status_code == expected, attempt
        client.post("/accounts/logout/")


def test_wang_cannot_turn_it_off(client_of, operator_wang, wangs_secret):
    client = client_of(operator_wang)
    off = "/accounts/2fa/totp/deactivate/"
    assert "Operators cannot do without" in client.get(off).content.decode()
    client.post(off)
    assert Authenticator.objects.filter(user=operator_wang, type=Authenticator.Type.TOTP).exists()


def test_a_student_may_turn_it_off(client_of, student_lin):
    totp.TOTP.activate(student_lin, totp.generate_totp_secret())
    client = client_of(student_lin)
    off = "/accounts/2fa/totp/deactivate/"
    assert client.post(off).status_code == 302
    assert not Authenticator.objects.filter(user=student_lin).exists()


def test_pages_of_the_second_factor_open(client_of, operator_wang, wangs_secret):
    client = client_of(operator_wang)
    RecoveryCodes.activate(operator_wang)
    assert client.get("/accounts/2fa/").status_code == 200
    reauthenticate = "/accounts/2fa/reauthenticate/"
    assert client.get(reauthenticate).status_code == 200
    client.post(reauthenticate, {"code": code_now(wangs_secret)})
    assert client.get("/accounts/2fa/recovery-codes/generate/").status_code == 200
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200
    download = client.get("/accounts/2fa/recovery-codes/download/")
    assert len(download.content.decode().split()) == 10


def test_where_it_is_switched_off_nobody_is_asked(client_of, operator_wang, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert client_of(operator_wang).get("/admin/").status_code == 200
