"""Logging in with a code by SMS."""

import time

import pytest
from django.urls import reverse

ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


def logged_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def ask(client, sms):
    def ask(phone, **extra):
        return client.post(ASK, {"phone": phone, **extra})

    return ask


def test_lin_logs_in_by_code(client, student_lin, sms, ask):
    assert ask(student_lin.phone).url == CONFIRM
    assert sms[0][0] == student_lin.phone
    page = client.get(CONFIRM).content.decode()
    assert student_lin.masked_phone in page
    assert student_lin.phone not in page
    assert sms.code not in page  # only the demo shows it
    assert client.post(CONFIRM, {"code": sms.code}).url == "/"
    assert client.session["_auth_user_id"] == str(student_lin.pk)


def test_the_number_counts_as_proved(client, student_lin, sms, ask):
    student_lin.phone_verified = False
    student_lin.save()
    ask(student_lin.phone)
    client.post(CONFIRM, {"code": sms.code})
    student_lin.refresh_from_db()
    assert student_lin.phone_verified


@pytest.mark.parametrize("written", ["+86 139 0000 1234", "139-0000-1234", "8613900001234", " 13900001234 "])
def test_a_number_may_be_written_in_many_ways(student_lin, sms, ask, written):
    student_lin.phone = "13900001234"
    student_lin.save()
    ask(written)
    assert sms[0][0] == "13900001234"


@pytest.mark.parametrize("nonsense", ["", "123", "23900001234", "139000012345", "1390000123a"])
def test_what_is_no_number_is_refused(sms, ask, db, nonsense):
    response = ask(nonsense)
    assert response.status_code == 200
    assert response.context["form"].errors["phone"]
    assert sms == []


def test_a_wrong_code_is_refused_and_three_end_it(client, student_lin, sms, ask):
    ask(student_lin.phone)
    for _ in range(2):
        response = client.post(CONFIRM, {"code": sms.wrong_code})
        assert "This code is not right." in response.content.decode()
    assert client.post(CONFIRM, {"code": sms.wrong_code}).url == ASK
    assert client.post(CONFIRM, {"code": sms.code}).url.startswith(ASK)  # the right one comes too late
    assert not logged_in(client)


def test_a_code_is_good_for_five_minutes(client, student_lin, sms, ask, monkeypatch):
    ask(student_lin.phone)
    late = time.time() + 5 * 60 + 1
    monkeypatch.setattr(time, "time", lambda: late)
    assert client.post(CONFIRM, {"code": sms.code}).url.startswith(ASK)
    assert not logged_in(client)


def test_a_code_works_once(client, student_lin, sms, ask):
    ask(student_lin.phone)
    client.post(CONFIRM, {"code": sms.code})
    client.post("/accounts/logout/")
    assert client.post(CONFIRM, {"code": sms.code}).url.startswith(ASK)
    assert not logged_in(client)


def test_another_code_replaces_the_first(client, student_lin, sms, ask):
    ask(student_lin.phone)
    first = sms.code
    client.post(CONFIRM, {"action": "resend"})
    assert len(sms) == 2
    if first != sms.code:  # one in a million
        client.post(CONFIRM, {"code": first})
        assert not logged_in(client)
    assert client.post(CONFIRM, {"code": sms.code}).url == "/"


def test_an_unknown_number_sees_the_same_pages(client, student_lin, sms, ask):
    """Who tries numbers out learns nothing from what the pages say or do."""
    unknown = "13911112222"
    assert ask(unknown).url == CONFIRM
    page = client.get(CONFIRM).content.decode()
    assert "139****2222" in page
    assert client.post(CONFIRM, {"action": "resend"}).url == CONFIRM
    assert client.post(CONFIRM, {"code": "123456"}).status_code == 200
    assert sms == [(unknown, "This number has no account with us yet. Sign up first, it takes a minute.")]
    client.cookies.clear()
    client.cookies["django_language"] = "en"
    ask(student_lin.phone)
    assert page.replace("139****2222", student_lin.masked_phone).count("\n") == client.get(
        CONFIRM
    ).content.decode().count("\n")


def test_next_is_kept_but_only_on_this_site(client, student_lin, sms, ask):
    response = ask(student_lin.phone, next="/me/")
    assert response.url == f"{CONFIRM}?next=%2Fme%2F"
    assert client.post(response.url, {"code": sms.code, "next": "/me/"}).url == "/me/"
    client.post("/accounts/logout/")
    ask(student_lin.phone)
    assert client.post(CONFIRM, {"code": sms.code, "next": "https://evil.example/"}).url == "/"


def test_wang_lands_in_the_admin_and_zhao_at_home(client, operator_wang, courier_zhao, sms, ask):
    ask(operator_wang.phone)
    assert client.post(CONFIRM, {"code": sms.code}).url == reverse("admin:index")
    client.post("/accounts/logout/")
    ask(courier_zhao.user.phone)
    assert client.post(CONFIRM, {"code": sms.code}).url == "/"


def test_who_was_banned_cannot_log_in(client, student_lin, sms, ask):
    student_lin.is_active = False
    student_lin.save()
    ask(student_lin.phone)
    assert client.post(CONFIRM, {"code": sms.code}).url == "/accounts/inactive/"
    assert not logged_in(client)
    assert "This account is closed" in client.get("/accounts/inactive/").content.decode()


def test_the_demo_shows_the_message(client, student_lin, sms, ask, settings):
    settings.DEMO = True
    ask(student_lin.phone)
    assert sms.code in client.get(CONFIRM).content.decode()
    client.post(CONFIRM, {"code": sms.code})
    assert "demo_sms" not in client.session
