"""Chinese or English: by a switch, kept on the device and with the person."""

import pytest


@pytest.fixture
def cookie(settings):
    return settings.LANGUAGE_COOKIE_NAME


def test_a_visitor_switches(client, db, cookie):
    response = client.post("/language/", {"language": "zh-hans", "next": "/privacy/"})
    assert response.url == "/privacy/"
    assert response.cookies[cookie].value == "zh-hans"
    assert client.get("/privacy/").headers["Content-Language"] == "zh-hans"


def test_lin_switches_for_good(client_of, student_lin, cookie):
    client_of(student_lin).post("/language/", {"language": "zh-hans"})
    student_lin.refresh_from_db()
    assert student_lin.language == "zh-hans"


def test_login_brings_the_persons_language(client, student_lin, sms, cookie):
    student_lin.language = "zh-hans"
    student_lin.save()
    client.post("/accounts/login/code/", {"phone": student_lin.phone})
    response = client.post("/accounts/login/code/confirm/", {"code": sms.code})
    assert response.cookies[cookie].value == "zh-hans"


@pytest.mark.parametrize("nonsense", ["", "fr", "<script>"])
def test_other_languages_change_nothing(client_of, student_lin, cookie, nonsense):
    response = client_of(student_lin).post("/language/", {"language": nonsense})
    assert cookie not in response.cookies
    student_lin.refresh_from_db()
    assert student_lin.language == "en"


def test_it_never_leads_away(client, db):
    response = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert response.url == "/"
    assert client.get("/language/").status_code == 405
