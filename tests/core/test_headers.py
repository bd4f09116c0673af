"""Headers that tell browsers what a page of ours may do."""

import json

import pytest

from tests.house.test_checks import GIVEN, manage


def test_pages_may_use_the_camera_and_the_position_and_no_microphone(client, db):
    policy = client.get("/accounts/login/")["Permissions-Policy"]
    assert "camera=(self)" in policy
    assert "geolocation=(self)" in policy
    assert "microphone=()" in policy


def test_no_page_moves_the_base_of_its_addresses(client, db):
    assert "base-uri 'none'" in client.get("/accounts/login/")["Content-Security-Policy"]


def test_the_token_against_forged_requests_is_not_for_scripts(client, db):
    client.get("/accounts/login/")
    assert client.cookies["csrftoken"]["httponly"]


def test_cookies_of_a_real_installation_belong_to_its_host_alone():
    code = (
        "import json; from django.conf import settings as s;"
        "print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_PATH,"
        " s.SESSION_COOKIE_DOMAIN]))"
    )
    shown = manage("shell", "--no-imports", "-c", code, **GIVEN)
    assert json.loads(shown.stdout) == ["__Host-sessionid", "__Host-csrftoken", True, "/", None], shown.stderr


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_pages_are_read_and_forms_are_posted_and_nothing_else(client, db, method):
    answer = client.generic(method, "/accounts/login/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"
