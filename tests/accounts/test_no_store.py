"""Nothing that somebody who is logged in sees stays on a shared phone. (The matrix of trust.md, row 13.)"""

import pytest
from django.test import Client

from accounts.models import SecurityEvent
from tests.factories import PASSWORD

PRIVATE = ["/", "/me/", "/wallet/", "/support/", "/me/addresses/", "/me/sessions/", "/inbox/", "/me/data/"]


@pytest.mark.parametrize("page", PRIVATE)
def test_private_pages_are_kept_nowhere(client_of, student_lin, page):
    assert "no-store" in client_of(student_lin).get(page)["Cache-Control"]


def test_refused_pages_too(client_of, student_lin):
    assert "no-store" in client_of(student_lin).get("/admin/login/")["Cache-Control"]


def test_what_is_public_may_be_kept(db):
    assert "no-store" not in Client().get("/privacy/").get("Cache-Control", "")


def test_logging_out_clears_the_browser(client_of, student_lin):
    client = client_of(student_lin)
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'


def test_logging_in_clears_nothing(client, student_lin):
    answer = client.post("/accounts/login/", {"login": student_lin.phone, "password": PASSWORD})
    assert "Clear-Site-Data" not in answer


def test_a_refused_page_is_logged_with_its_person_once_a_minute(client_of, student_lin):
    client = client_of(student_lin)
    for _ in range(3):
        assert client.get("/admin/login/").status_code == 403
    event = SecurityEvent.objects.get(kind=SecurityEvent.Kind.REFUSED)
    assert (event.user, event.details) == (student_lin, {"path": "/admin/login/", "method": "GET"})
