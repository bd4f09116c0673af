"""What opens or empties an account changes only after a fresh proof, and never unnoticed."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from accounts.models import SecurityEvent
from core.ids import new_no
from notifications.models import Notice
from notifications.services import send_due
from payments import services
from payments.models import Account, Withdrawal
from tests.factories import PASSWORD

NEW_PHONE, NEW_PASSWORD = "13755556666", "another-good-one"
PHONE, VERIFY = "/accounts/phone/change/", "/accounts/phone/verify/"
BY_PASSWORD, BY_CODE = "/accounts/reauthenticate/", "/accounts/reauthenticate/code/"
SET = "/accounts/password/set/"
GUARDED = [
    PHONE,
    SET,
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/recovery-codes/download/",
    "/accounts/2fa/totp/deactivate/",
]


@pytest.fixture
def an_hour_later(simulated_clock):
    """old(client): its session logged in an hour ago."""

    def old(client):
        simulated_clock.advance(minutes=60)
        return client

    return old


@pytest.fixture
def no_password(student_lin):
    student_lin.set_unusable_password()
    student_lin.save()
    return student_lin


def prove_by_code(client, sms, back=PHONE):
    client.post(f"{BY_CODE}?next={back}", {"action": "send"})
    return client.post(BY_CODE, {"action": "verify", "code": sms.code, "next": back})


@pytest.mark.parametrize("page", GUARDED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_session_is_asked_who_it_is(client_of, student_lin, an_hour_later, page, method):
    response = getattr(an_hour_later(client_of(student_lin)), method)(page, {"phone": NEW_PHONE})
    assert (response.status_code, response.url.partition("?")[0]) == (302, BY_PASSWORD)


@pytest.mark.parametrize("page", GUARDED)
def test_a_stranger_logs_in_first(client, db, page):
    assert client.get(page).url.startswith("/accounts/login/")


def test_the_number_is_not_changed_by_an_old_session(client_of, student_lin, an_hour_later, sms):
    client = an_hour_later(client_of(student_lin))
    client.post(PHONE, {"phone": NEW_PHONE})
    assert sms == []
    student_lin.refresh_from_db()
    assert student_lin.phone != NEW_PHONE


def test_a_first_password_is_not_set_by_an_old_session(client_of, no_password, an_hour_later):
    client = an_hour_later(client_of(no_password))
    client.post(SET, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    no_password.refresh_from_db()
    assert not no_password.has_usable_password()


def test_the_password_proves_it_for_a_quarter_of_an_hour(
    client_of, student_lin, an_hour_later, simulated_clock
):
    client = an_hour_later(client_of(student_lin))
    assert client.post(BY_PASSWORD, {"password": "wrong", "next": PHONE}).status_code == 200
    assert client.get(PHONE).status_code == 302
    assert client.post(BY_PASSWORD, {"password": PASSWORD, "next": PHONE}).url == PHONE
    assert client.get(PHONE).status_code == 200
    simulated_clock.advance(minutes=16)
    assert client.get(PHONE).status_code == 302


def test_who_has_no_password_proves_it_by_a_code_to_the_present_number(
    client_of, no_password, an_hour_later, sms
):
    client = an_hour_later(client_of(no_password))
    asked = client.get(PHONE).url
    assert asked.startswith(BY_CODE)
    assert no_password.masked_phone in client.get(asked).content.decode()
    assert prove_by_code(client, sms).url == PHONE
    assert [to for to, _text in sms] == [no_password.phone]
    assert client.get(PHONE).status_code == 200


def test_three_wrong_codes_end_it(client_of, no_password, an_hour_later, sms):
    client = an_hour_later(client_of(no_password))
    client.post(BY_CODE, {"action": "send"})
    for _ in range(3):
        page = client.post(BY_CODE, {"action": "verify", "code": sms.wrong_code, "next": PHONE})
        assert "This code is not right." in page.content.decode()
    client.post(BY_CODE, {"action": "verify", "code": sms.code, "next": PHONE})
    assert client.get(PHONE).status_code == 302


def test_a_code_is_good_for_five_minutes(client_of, no_password, an_hour_later, sms, simulated_clock):
    client = an_hour_later(client_of(no_password))
    client.post(BY_CODE, {"action": "send"})
    simulated_clock.advance(minutes=5, seconds=1)
    client.post(BY_CODE, {"action": "verify", "code": sms.code, "next": PHONE})
    assert client.get(PHONE).status_code == 302


def test_who_has_an_authenticator_cannot_do_with_a_code_by_sms(client_of, no_password, an_hour_later, sms):
    totp.TOTP.activate(no_password, totp.generate_totp_secret())
    client = an_hour_later(client_of(no_password))
    assert client.get(PHONE).url.startswith("/accounts/2fa/reauthenticate/")
    assert client.post(BY_CODE, {"action": "send"}).url.startswith("/accounts/2fa/reauthenticate/")
    assert sms == []


def test_a_proof_of_one_session_is_none_for_another(client_of, student_lin, an_hour_later):
    thief, owner = client_of(student_lin), client_of(student_lin)
    an_hour_later(owner).post(BY_PASSWORD, {"password": PASSWORD, "next": PHONE})
    assert owner.get(PHONE).status_code == 200
    assert thief.get(PHONE).status_code == 302


# -- Afterwards: others are told and logged out ----------------------------------------------------------------


@pytest.fixture
def told(settings, sms):
    """told(): the short messages that went out when what was queued is sent."""
    settings.DEBUG = True  # the console reaches people only where it shows them

    def send():
        send_due()
        return [(to, text) for to, text in sms if not re.search(r"\d{6}", text)]

    return send


def test_the_old_number_hears_of_the_change_and_other_devices_are_logged_out(
    client_of, student_lin, sms, told
):
    here, elsewhere, old = client_of(student_lin), client_of(student_lin), student_lin.phone
    here.post(PHONE, {"phone": NEW_PHONE})
    here.post(VERIFY, {"code": sms.code})
    student_lin.refresh_from_db()
    assert student_lin.phone == NEW_PHONE
    assert {to for to, text in told() if "number was changed" in text} == {old, NEW_PHONE}
    assert "number was changed" in Notice.objects.get(user=student_lin, kind="access").title
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert SecurityEvent.objects.filter(user=student_lin, kind="phone_changed").exists()


def test_the_old_number_lies_nowhere_in_clear(client_of, student_lin, sms):
    old = student_lin.phone
    client = client_of(student_lin)
    client.post(PHONE, {"phone": NEW_PHONE})
    client.post(VERIFY, {"code": sms.code})
    from core.models import OutboxEvent

    assert old not in str(list(OutboxEvent.objects.values_list("payload", flat=True)))


def test_who_reads_the_notice_first_does_not_stop_the_message(client_of, student_lin, sms, told):
    client = client_of(student_lin)
    client.post(PHONE, {"phone": NEW_PHONE})
    client.post(VERIFY, {"code": sms.code})
    client.post("/me/notices/read/")
    Notice.objects.update(read_at=Notice.objects.first().created_at)
    assert len(told()) == 2


@pytest.mark.parametrize("first", [True, False])
def test_a_changed_password_is_told(client_of, student_lin, told, first):
    if first:
        student_lin.set_unusable_password()
        student_lin.save()
    here, elsewhere = client_of(student_lin), client_of(student_lin)
    page = SET if first else "/accounts/password/change/"
    here.post(page, {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    student_lin.refresh_from_db()
    assert student_lin.check_password(NEW_PASSWORD)
    assert told() == [(student_lin.phone, "Your password was changed")]
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


def test_a_forgotten_password_that_was_replaced_is_told(client, student_lin, sms, told):
    new = "/accounts/password/new/"
    client.post("/accounts/password/reset/", {"phone": student_lin.phone})
    client.post("/accounts/login/code/confirm/", {"code": sms.code, "next": new})
    client.post(new, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert told() == [(student_lin.phone, "Your password was changed")]


def test_a_second_factor_that_was_set_up_or_turned_off_is_told(client_of, student_lin, told):
    client = client_of(student_lin)
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(user=student_lin, type="totp").exists()
    client.post("/accounts/2fa/totp/deactivate/")
    assert [text for _to, text in told()] == [
        "A second factor was set up", "Your second factor was turned off"
    ]  # fmt: skip


# -- Where money goes ------------------------------------------------------------------------------------------


def card(**fields):
    return {
        "amount": "30", "to": "new", "channel": "bank", "account_no": "6222020200112233", "holder": "赵强",
        "bank": "工商银行", "key": new_no(),
    } | fields  # fmt: skip


@pytest.fixture
def zhao(courier_zhao):
    services.transfer(
        key="wages", reason="earnings_released", ref="ORDER1",
        moves=[
            (services.account(Account.Kind.GATEWAY, gateway="sandbox"), -10_000),
            (services.account(Account.Kind.COURIER_WITHDRAWABLE, user=courier_zhao.user), 10_000),
        ],
    )  # fmt: skip
    return courier_zhao.user


WITHDRAW = "/withdraw/courier/"


def test_an_old_session_names_no_new_account(client_of, zhao, an_hour_later):
    client = an_hour_later(client_of(zhao))
    page = client.get(WITHDRAW).content.decode()
    assert "first show that it is you" in page
    assert client.post(WITHDRAW, card()).url.startswith(BY_PASSWORD)
    assert not Withdrawal.objects.exists()
    back = client.post(BY_PASSWORD, {"password": PASSWORD, "next": f"{WITHDRAW}?new=1"}).url
    assert "Name of the account holder" in client.get(back).content.decode()
    client.post(back, card())
    assert Withdrawal.objects.count() == 1


def test_an_old_session_may_use_the_account_of_before(client_of, zhao, an_hour_later):
    client = client_of(zhao)
    client.post(WITHDRAW, card())
    known = Withdrawal.objects.get()
    an_hour_later(client)
    assert client.post(WITHDRAW, {"amount": "5", "to": known.pk, "key": new_no()}).url == WITHDRAW
    assert Withdrawal.objects.count() == 2


def test_a_new_account_is_told_once_and_ends_other_sessions(client_of, zhao, told):
    here, elsewhere, fields = client_of(zhao), client_of(zhao), card()
    for _ in range(2):
        here.post(WITHDRAW, fields)
    assert told() == [(zhao.phone, "A withdrawal goes to a new account")]
    assert elsewhere.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200
