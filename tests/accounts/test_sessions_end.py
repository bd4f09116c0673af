"""Whatever changes what a person may do, or how they prove who they are, ends their other sessions."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client, RequestFactory

from accounts import services
from accounts.middleware import SecondFactorMiddleware
from accounts.models import SecurityEvent, Session, StaffRole, User
from accounts.permissions import is_operator
from tests.accounts.test_second_factor import ACTIVATE, code_now
from tests.factories import PASSWORD

CONSOLE, WITHDRAWALS = "/admin/console/", "/admin/payments/withdrawal/"
Kind = SecurityEvent.Kind


@pytest.fixture
def two_of(client_of):
    """two_of(person): two browsers in which that person is logged in."""
    return lambda user: (client_of(user), client_of(user))


def is_logged_in(client) -> bool:
    return client.get("/me/").status_code == 200


def enrol(client) -> str:
    """Set an authenticator app up, as a person does; its secret."""
    secret = client.get(ACTIVATE).context["form"].secret
    assert client.post(ACTIVATE, {"code": code_now(secret)}).status_code == 302
    return secret


# -- The second factor of this session ---------------------------------------------------------------------


def test_a_session_older_than_the_enrolment_reaches_nothing(client_of, supervisor_sun, settings):
    """The attack of trust.md, row 1: log in on B, enrol on A, go on with B."""
    settings.STAFF_SECOND_FACTOR = True
    a, b = client_of(supervisor_sun), client_of(supervisor_sun)
    assert b.get("/admin/").url == ACTIVATE
    enrol(a)
    assert a.get(CONSOLE).status_code == 200
    for page in (CONSOLE, WITHDRAWALS):
        assert b.get(page).url == f"/admin/login/?next={page}"
    assert not is_logged_in(b)


def test_a_session_that_never_used_it_is_asked(client_of, supervisor_sun, settings):
    settings.STAFF_SECOND_FACTOR = True
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(supervisor_sun, secret)
    client = client_of(supervisor_sun)  # a session that was logged in past allauth's second step
    asked = client.get(CONSOLE)
    assert asked.url == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fconsole%2F"
    assert client.post(asked.url, {"code": code_now(secret)}).url == CONSOLE
    assert client.get(CONSOLE).status_code == 200


def test_recovery_codes_are_not_shown_to_it_either(client_of, supervisor_sun, settings):
    settings.STAFF_SECOND_FACTOR = True
    totp.TOTP.activate(supervisor_sun, totp.generate_totp_secret())
    RecoveryCodes.activate(supervisor_sun)
    client = client_of(supervisor_sun)
    codes = "/accounts/2fa/recovery-codes/"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": codes})
    for page in (codes, f"{codes}download/", f"{codes}generate/"):
        assert client.get(page).url.startswith("/accounts/2fa/reauthenticate/")


def test_outside_the_admin_it_has_no_operators_rights(client_of, supervisor_sun, campus, settings):
    totp.TOTP.activate(supervisor_sun, totp.generate_totp_secret())
    client = client_of(supervisor_sun)

    def may_operate() -> bool:
        request = RequestFactory().get("/o/E1/photo/1/")
        request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
        request.session, request.user = client.session, User.objects.get(pk=supervisor_sun.pk)
        return SecondFactorMiddleware(lambda request: is_operator(request.user, campus))(request)

    settings.STAFF_SECOND_FACTOR = True
    assert not may_operate()
    settings.STAFF_SECOND_FACTOR = False
    assert may_operate()


# -- What ends the other sessions --------------------------------------------------------------------------


def test_enrolment_keeps_only_the_session_that_enrolled(two_of, student_lin):
    here, there = two_of(student_lin)
    enrol(here)
    assert (is_logged_in(here), is_logged_in(there)) == (True, False)
    assert SecurityEvent.objects.filter(user=student_lin, kind=Kind.FACTOR_ADDED).exists()


def test_removal_of_the_second_factor(two_of, student_lin):
    here, there = two_of(student_lin)
    totp.TOTP.activate(student_lin, totp.generate_totp_secret())
    off = "/accounts/2fa/totp/deactivate/"
    here.post(off)
    assert not Authenticator.objects.filter(user=student_lin).exists()
    assert (is_logged_in(here), is_logged_in(there)) == (True, False)


def test_a_reset_by_a_supervisor(two_of, operator_wang, supervisor_sun):
    browsers = two_of(operator_wang)
    services.reset_second_factor(user=operator_wang, actor=supervisor_sun)
    assert [is_logged_in(client) for client in browsers] == [False, False]


def test_a_new_role(two_of, student_lin, campus, supervisor_sun):
    browsers = two_of(student_lin)
    services.grant_role(user=student_lin, campus=campus, role=StaffRole.Role.SUPPORT, actor=supervisor_sun)
    assert [is_logged_in(client) for client in browsers] == [False, False]


def test_a_lost_role(two_of, operator_wang, supervisor_sun):
    browsers = two_of(operator_wang)
    services.revoke_role(staff_role=operator_wang.staff_roles.first(), actor=supervisor_sun)
    assert [is_logged_in(client) for client in browsers] == [False, False]


def test_who_gives_themselves_a_role_stays(two_of, supervisor_sun, campus):
    here, there = two_of(supervisor_sun)
    answer = here.post(
        "/admin/accounts/staffrole/add/",
        {"phone": supervisor_sun.phone, "campus": campus.pk, "role": "finance"},
    )
    assert answer.status_code == 302
    assert (is_logged_in(here), is_logged_in(there)) == (True, False)


def test_a_ban(two_of, student_lin, supervisor_sun):
    browsers = two_of(student_lin)
    services.bar(user=student_lin, actor=supervisor_sun)
    assert [is_logged_in(client) for client in browsers] == [False, False]
    assert not Session.objects.filter(user=student_lin).exists()


def test_a_new_password(two_of, student_lin):
    here, there = two_of(student_lin)
    changed = "A-quite-long-pass-77"
    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": changed, "password2": changed},
    )
    student_lin.refresh_from_db()
    assert student_lin.check_password(changed)
    assert (is_logged_in(here), is_logged_in(there)) == (True, False)
    assert SecurityEvent.objects.filter(user=student_lin, kind=Kind.PASSWORD_CHANGED).exists()


def test_a_new_number(two_of, student_lin):
    here, there = two_of(student_lin)
    services.set_phone(user=student_lin, phone="13911112222", verified=True, keep=here.session.session_key)
    assert (is_logged_in(here), is_logged_in(there)) == (True, False)


def test_an_erasure(two_of, student_mei):
    here, there = two_of(student_mei)
    here.post("/me/erase/", {"sure": "1"})
    assert (is_logged_in(here), is_logged_in(there)) == (False, False)


def test_a_request_under_way_does_not_bring_an_ended_session_back(client_of, student_lin):
    client = client_of(student_lin)
    slow = client.session
    slow["draft"] = "kept"  # it has been read
    services.end_sessions(student_lin)
    with pytest.raises(UpdateError):
        slow.save()
    assert not Session.objects.exists()


# -- What a session knows ----------------------------------------------------------------------------------


def test_a_session_knows_its_person_device_and_place(student_lin):
    client = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile"})
    client.post("/accounts/login/", {"login": student_lin.phone, "password": PASSWORD})
    session = Session.objects.get(user=student_lin)
    assert "Android 14" in session.device
    assert (session.address, session.second_factor) == ("127.0.0.1", False)
    assert session.logged_in_at is not None


def test_it_knows_that_the_second_factor_was_used(client, operator_wang):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(operator_wang, secret)
    client.post("/accounts/login/", {"login": operator_wang.phone, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert Session.objects.get(user=operator_wang).second_factor
