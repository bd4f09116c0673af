"""Limits on getting in: guessing is hopeless, and nobody is locked out by somebody else."""

import hashlib
import re
from itertools import count

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import limits, work
from accounts.models import SecurityEvent
from notifications.models import Notice
from tests.factories import PASSWORD, UserFactory

LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"
STRANGER = "13911112222"
CAMPUS, HOME = "203.0.113.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def limited(settings, simulated_clock):
    settings.LOGIN_LIMITS = True


@pytest.fixture
def browser(settings):
    """browser(address): a new browser there."""

    def make(address=HOME) -> Client:
        client = Client(REMOTE_ADDR=address)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    return make


@pytest.fixture
def known(browser):
    """known(person, address): a browser in which the person logged in before, and out."""

    def make(person, address=HOME) -> Client:
        client = browser(address)
        assert enter(client, person)
        client.post("/accounts/logout/")
        return client

    return make


def enter(client, person, password=PASSWORD, **more) -> bool:
    client.post(LOGIN, {"login": person.phone, "password": password, **more})
    return "_auth_user_id" in client.session


def ask(client, phone):
    return client.post(CODE, {"phone": phone})


def enter_by_code(client, code) -> bool:
    client.post(CONFIRM, {"code": code})
    return "_auth_user_id" in client.session


def last_code(sms) -> str:
    return re.search(r"\d{6,10}", sms[-1][1]).group()


def fail(client, phone, times=1):
    for _ in range(times):
        page = client.post(LOGIN, {"login": phone, "password": "wrong"})
    return page.content.decode()


# -- Passwords -------------------------------------------------------------------------------------------------


def test_a_stranger_has_five_wrong_passwords_and_then_not_even_the_right_one(browser, student_lin):
    stranger = browser(CAMPUS)
    assert "not right" in fail(stranger, student_lin.phone, 5)
    assert "Too many tries" in fail(stranger, student_lin.phone)
    assert not enter(stranger, student_lin)


def test_the_owner_on_a_known_device_is_not_stopped_by_them(browser, known, student_lin):
    """Fault 7: five wrong passwords of a stranger, and the right one was refused."""
    lin = known(student_lin, CAMPUS)
    fail(browser(CAMPUS), student_lin.phone, 6)  # even in the same network
    assert enter(lin, student_lin)


def test_nor_by_guesses_from_everywhere(browser, known, student_lin):
    lin = known(student_lin)
    for n in range(21):
        fail(browser(f"192.0.2.{n}"), student_lin.phone, 5)
    assert "Too many tries" in fail(browser("192.0.2.77"), student_lin.phone)
    assert enter(lin, student_lin)


def test_the_owner_on_a_new_device_gets_in_by_a_code_then(browser, student_lin, sms):
    for n in range(21):
        fail(browser(f"192.0.2.{n}"), student_lin.phone, 5)
    new = browser()
    assert not enter(new, student_lin)
    ask(new, student_lin.phone)
    assert enter_by_code(new, last_code(sms))


def test_wrong_passwords_for_one_do_not_count_for_another(browser, student_lin, student_mei):
    client = browser()
    fail(client, student_lin.phone, 6)
    assert enter(client, student_mei)


def test_a_known_device_has_an_end_too(known, student_lin, simulated_clock):
    lin = known(student_lin)
    fail(lin, student_lin.phone, 10)
    assert not enter(lin, student_lin)
    simulated_clock.advance(minutes=16)
    assert enter(lin, student_lin)


def test_a_device_is_known_for_those_who_logged_in_there_alone(known, student_lin, student_mei):
    client = known(student_lin)
    fail(client, student_mei.phone, 5)
    assert "Too many tries" in fail(client, student_mei.phone)


def test_a_forged_cookie_makes_no_known_device(browser, known, student_lin):
    forger = browser()
    forger.cookies["known_device"] = known(student_lin).cookies["known_device"].value[:-2] + "xx"
    fail(forger, student_lin.phone, 5)
    assert "Too many tries" in fail(forger, student_lin.phone)


def test_the_cookie_is_out_of_reach_of_scripts(known, student_lin):
    cookie = known(student_lin).cookies["known_device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert student_lin.phone not in cookie.value


def test_losing_the_cache_neither_resets_nor_blocks(browser, student_lin):
    stranger = browser()
    fail(stranger, student_lin.phone, 5)
    cache.clear()
    assert not enter(stranger, student_lin)


def test_the_old_password_of_a_change_is_not_guessed_either(client_of, student_lin):
    client = client_of(student_lin)
    change = {"oldpassword": "wrong", "password1": "another-good-one", "password2": "another-good-one"}
    for _ in range(6):
        client.post("/accounts/password/change/", change)
    client.post("/accounts/password/change/", {**change, "oldpassword": PASSWORD})
    student_lin.refresh_from_db()
    assert student_lin.check_password(PASSWORD)


# -- Networks --------------------------------------------------------------------------------------------------


def solved(page) -> dict:
    """What the page's script would send."""
    puzzle = re.search(r'name="puzzle" value="([^"]+)"', page).group(1)
    for n in count():
        digest = hashlib.sha256(f"{puzzle}:{n}".encode()).digest()
        if int.from_bytes(digest[:4], "big") >> (32 - work.BITS) == 0:
            return {"puzzle": puzzle, "solution": str(n)}


@pytest.fixture
def busy_campus(browser, monkeypatch):
    """One address of a campus, from which somebody has tried numbers out."""
    monkeypatch.setattr(work, "BITS", 6)
    stranger = browser(CAMPUS)
    for n in range(61):
        fail(stranger, f"139222{n:05d}")
    return CAMPUS


def test_a_known_device_notices_nothing_of_a_busy_network(known, student_lin, busy_campus):
    """Fault 7: after 61 wrong logins from one address, right ones from there were refused."""
    lin = known(student_lin, HOME)
    lin.defaults["REMOTE_ADDR"] = busy_campus
    assert enter(lin, student_lin)


def test_a_new_device_there_pays_with_work_and_gets_in(browser, student_lin, busy_campus):
    new = browser(busy_campus)
    assert not enter(new, student_lin)
    page = new.get(LOGIN).content.decode()
    assert "js/work.js" in page
    assert enter(new, student_lin, **solved(page))


def test_work_counts_once(browser, student_lin, busy_campus):
    new = browser(busy_campus)
    paid = solved(new.get(LOGIN).content.decode())
    assert enter(new, student_lin, **paid)
    assert not enter(browser(busy_campus), student_lin, **paid)


def test_work_is_of_one_network(browser, student_lin, busy_campus):
    paid = solved(browser(busy_campus).get(LOGIN).content.decode())
    request = type("Request", (), {"headers": {}, "META": {"REMOTE_ADDR": HOME}})()
    assert not work.is_done(request, paid["puzzle"], paid["solution"])


def test_elsewhere_nothing_is_asked(browser, student_lin, busy_campus):
    assert "js/work.js" not in browser(HOME).get(LOGIN).content.decode()
    assert enter(browser(HOME), student_lin)


@pytest.mark.browser
def test_a_real_browser_does_the_work_unasked(chrome, live_server, settings):
    settings.LOGIN_LIMITS = True
    limits.NETWORK_TRIES, before = 0, limits.NETWORK_TRIES
    try:
        mei = UserFactory()
        page = chrome.new_page()
        page.goto(f"{live_server.url}{LOGIN}")
        page.fill("input[name=login]", mei.phone)
        page.fill("[name=password]", PASSWORD)
        page.wait_for_selector('input[name=solution][value]:not([value=""])', state="attached")
        page.click("main form button")
        page.wait_for_url(f"{live_server.url}/")
    finally:
        limits.NETWORK_TRIES = before


# -- Codes -----------------------------------------------------------------------------------------------------


def test_six_requests_of_a_stranger_do_not_keep_a_code_from_the_owner(
    browser, known, student_lin, sms, simulated_clock
):
    """Fault 7: after six requests within 186 s the owner got none for an hour."""
    lin = known(student_lin)
    for n in range(6):
        ask(browser(f"192.0.2.{n}"), student_lin.phone)
        simulated_clock.advance(seconds=31)
    before = len(sms)
    ask(lin, student_lin.phone)
    assert len(sms) == before + 1
    assert enter_by_code(lin, last_code(sms))


def test_nor_from_the_owner_on_a_new_device(browser, student_lin, sms, simulated_clock):
    for n in range(60):
        ask(browser(f"192.0.2.{n}"), student_lin.phone)
        simulated_clock.advance(seconds=31)
    for _ in range(30):  # minutes, at most
        new = browser()
        if ask(new, student_lin.phone).status_code == 302:
            break
        simulated_clock.advance(minutes=1)
    assert enter_by_code(new, last_code(sms))


def test_who_asks_right_after_another_enters_the_code_that_was_just_sent(browser, student_lin, sms):
    ask(browser(CAMPUS), student_lin.phone)
    lin = browser()
    ask(lin, student_lin.phone)
    assert len(sms) == 1
    assert enter_by_code(lin, last_code(sms))


def test_a_number_gets_few_messages_however_many_ask(browser, student_lin, sms, simulated_clock):
    for n in range(24 * 60):
        ask(browser(f"192.0.{n // 250}.{n % 250}"), student_lin.phone) if n % 15 == 0 else None
        simulated_clock.advance(minutes=1)
    assert len(sms) <= 70


def test_known_and_unknown_numbers_read_the_same(browser, student_lin, sms):
    answers = []
    for phone in (student_lin.phone, STRANGER):
        client = browser()
        first = ask(client, phone)
        again = client.post(CONFIRM, {"action": "resend"})
        other = ask(browser(CAMPUS), phone)
        answers.append([(r.status_code, getattr(r, "url", "")) for r in (first, again, other)])
    assert answers[0] == answers[1]
    assert len(sms) == 2


def test_numbers_without_an_account_get_so_many_messages_a_day(
    browser, student_lin, supervisor_sun, sms, settings, simulated_clock
):
    settings.SMS_STRANGERS_PER_DAY = 3
    answers = {ask(browser(), f"1391111{n:04d}").status_code for n in range(8)}
    assert answers == {302}  # the page says the same
    assert len(sms) == 3
    assert "No more codes" in Notice.objects.get(user=supervisor_sun).title
    assert SecurityEvent.objects.filter(kind="codes_capped").count() == 1
    ask(browser(), student_lin.phone)
    assert len(sms) == 4  # who has an account is not among them


def test_a_number_that_is_guessed_at_gets_longer_codes(browser, student_lin, sms, simulated_clock):
    for n in range(20):
        stranger = browser(f"192.0.2.{n}")
        ask(stranger, student_lin.phone)
        for _ in range(3):
            stranger.post(CONFIRM, {"code": "000000"})
        simulated_clock.advance(minutes=6)
    assert limits.is_guessed_at(student_lin.phone)
    simulated_clock.advance(minutes=30)
    lin = browser()
    ask(lin, student_lin.phone)
    assert len(last_code(sms)) == 10
    assert enter_by_code(lin, last_code(sms))


def test_a_short_code_of_such_a_number_is_void(browser, student_lin, sms, monkeypatch):
    lin, stranger = browser(), browser(CAMPUS)
    ask(lin, student_lin.phone)
    ask(stranger, student_lin.phone)
    monkeypatch.setattr(limits, "CODE_GUESSES", 2)
    for _ in range(2):
        stranger.post(CONFIRM, {"code": "000000"})
    assert "Somebody has tried to guess" in lin.post(CONFIRM, {"code": last_code(sms)}).content.decode()


def test_wrong_second_factors_are_counted_in_the_database(browser, student_lin):
    from allauth.mfa.totp.internal import auth as totp

    secret = totp.generate_totp_secret()
    totp.TOTP.activate(student_lin, secret)
    client = browser()
    client.post(LOGIN, {"login": student_lin.phone, "password": PASSWORD})
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    cache.clear()
    right = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    assert "Too many tries" in client.post("/accounts/2fa/authenticate/", {"code": right}).content.decode()
