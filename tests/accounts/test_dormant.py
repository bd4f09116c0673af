"""A number that its operator gave to somebody else does not open the former owner's account."""

import pytest
from django.test import Client

from accounts import dormant
from accounts.models import NumberClaim, SecurityEvent, User
from core.errors import NotAllowed
from notifications.models import Notice
from payments import services
from tests.factories import PASSWORD

CODE, CONFIRM, DORMANT = "/accounts/login/code/", "/accounts/login/code/confirm/", "/accounts/login/dormant/"


@pytest.fixture
def browser(settings):
    def make() -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    return make


@pytest.fixture
def lin(student_lin, simulated_clock, wallet_money):
    """Lin has no password, ¥50 in the wallet, and was here last a year ago."""
    student_lin.set_unusable_password()
    student_lin.last_login = simulated_clock.time
    student_lin.date_joined = simulated_clock.time
    student_lin.save()
    wallet_money(student_lin, 5000)
    simulated_clock.advance(days=365)
    return student_lin


def enter_by_code(client, person, sms):
    client.post(CODE, {"phone": person.phone})
    return client.post(CONFIRM, {"code": sms.code})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_new_holder_does_not_get_into_the_account(browser, lin, sms):
    holder = browser()
    assert enter_by_code(holder, lin, sms).url == DORMANT
    assert not is_in(holder)
    page = holder.get(DORMANT).content.decode()
    assert "Is this account yours?" in page
    assert lin.name not in page
    assert holder.get("/wallet/").status_code == 302
    assert holder.get("/accounts/password/new/").status_code == 302


def test_they_start_anew_with_the_number_and_the_money_stays_the_owners(browser, lin, sms, campus):
    holder, phone = browser(), lin.phone
    enter_by_code(holder, lin, sms)
    assert holder.post(DORMANT, {"act": "not_me"}).url == "/accounts/signup/"
    lin.refresh_from_db()
    assert (lin.phone, lin.is_active) == (None, True)
    assert services.balance("wallet", user=lin) == 5000
    assert SecurityEvent.objects.filter(user=lin, kind="phone_changed").exists()
    holder.post(
        "/accounts/signup/",
        {"phone": phone, "name": "新同学", "campus": campus.pk, "gender": "", "agree": "on"},
    )
    holder.post("/accounts/phone/verify/", {"code": sms.code})
    assert User.objects.get(phone=phone).name == "新同学"
    assert is_in(holder)


def test_the_owner_with_a_password_enters_it_and_is_in(browser, lin, sms):
    lin.set_password(PASSWORD)
    lin.save()
    client = browser()
    enter_by_code(client, lin, sms)
    assert (
        "This is not your password."
        in client.post(DORMANT, {"act": "password", "password": "wrong"}).content.decode()
    )
    assert not is_in(client)
    client.post(DORMANT, {"act": "password", "password": PASSWORD})
    assert is_in(client)


def test_the_owner_on_their_own_device_is_asked_nothing(browser, student_lin, sms, simulated_clock):
    client = browser()
    enter_by_code(client, student_lin, sms)
    client.post("/accounts/logout/")
    simulated_clock.advance(days=200)
    enter_by_code(client, student_lin, sms)
    assert is_in(client)


def test_the_owner_without_either_is_believed_by_a_supervisor(browser, lin, sms, supervisor_sun, client_of):
    client = browser()
    enter_by_code(client, lin, sms)
    client.post(DORMANT, {"act": "claim", "words": "I am Lin, north dorm 3, last order: two parcels"})
    claim = NumberClaim.objects.get()
    assert "Whose account" in Notice.objects.get(user=supervisor_sun).title
    assert enter_by_code(client, lin, sms).url == DORMANT  # not before somebody has decided
    office = client_of(supervisor_sun)
    page = "/admin/accounts/numberclaim/"
    assert "two parcels" in office.get(page).content.decode()
    office.post(page, {"action": "approve", "_selected_action": [claim.pk]})
    assert client.get(DORMANT).url == "/"  # who waits on the page
    assert is_in(client)
    later = browser()
    enter_by_code(later, lin, sms)
    assert is_in(later)


def test_a_yes_is_good_for_a_week_and_a_no_for_nothing(browser, lin, sms, supervisor_sun, simulated_clock):
    for approve, days in [(True, 8), (False, 0)]:
        claim = dormant.claim_number(user=lin, words="I am Lin")
        dormant.decide_claim(claim=claim, actor=supervisor_sun, approve=approve)
        simulated_clock.advance(days=days)
        assert enter_by_code(browser(), lin, sms).url == DORMANT


def test_nobody_decides_about_their_own_account(lin):
    with pytest.raises(NotAllowed):
        dormant.decide_claim(claim=dormant.claim_number(user=lin, words="me"), actor=lin, approve=True)


def test_support_does_not_decide(lin, operator_wang, client_of):
    dormant.claim_number(user=lin, words="me")
    assert client_of(operator_wang).get("/admin/accounts/numberclaim/").status_code == 403


def test_asked_twice_is_one_claim(lin):
    for words in ("me", "it is me, Lin"):
        dormant.claim_number(user=lin, words=words)
    assert NumberClaim.objects.get().words == "it is me, Lin"


def test_who_was_here_last_month_is_asked_nothing(browser, student_lin, sms, simulated_clock):
    student_lin.last_login = simulated_clock.time
    student_lin.save()
    simulated_clock.advance(days=30)
    client = browser()
    enter_by_code(client, student_lin, sms)
    assert is_in(client)


def test_the_page_is_for_nobody_else(client, client_of, student_lin):
    assert client.get(DORMANT).url == "/accounts/login/"
    assert client_of(student_lin).get(DORMANT).url == "/"
