"""Logging in with a phone number and a password."""

import pytest

from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
WRONG = "The number or the password is not right."


def test_lin_logs_in_and_out(client, student_lin):
    assert client.post(LOGIN, {"login": student_lin.phone, "password": PASSWORD}).url == "/"
    assert client.session["_auth_user_id"] == str(student_lin.pk)
    assert client.get("/accounts/logout/").status_code == 200  # asks first
    assert client.post("/accounts/logout/").url == LOGIN
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_number_read_the_same(client, student_lin, known):
    phone = student_lin.phone if known else "13911112222"
    page = client.post(LOGIN, {"login": phone, "password": "not-the-one"}).content.decode()
    assert WRONG in page
    assert "_auth_user_id" not in client.session


def test_someone_logged_in_is_sent_on(client_of, student_lin):
    assert client_of(student_lin).get(LOGIN).url == "/"


def test_the_username_is_no_way_in(client, student_lin):
    response = client.post(LOGIN, {"login": student_lin.username, "password": PASSWORD})
    assert response.context["form"].errors["login"]


def test_chinese_unless_english_was_chosen(client, student_lin, settings):
    del client.cookies[settings.LANGUAGE_COOKIE_NAME]
    response = client.get(LOGIN, headers={"accept-language": "en"})
    assert response.headers["Content-Language"] == "zh-hans"
    assert b'<html lang="zh-hans"' in response.content
