"""/livez/ says that a process takes requests: under any name, without a database, to who waits in front of it."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def one_name(settings):
    settings.ALLOWED_HOSTS = ["errand.example"]


def test_it_answers_without_a_database_and_under_any_name(client):
    answer = client.get("/livez/", headers={"Host": "web:8000"})
    assert (answer.status_code, answer.text) == (200, "ok")


def test_other_addresses_are_answered_under_our_names_only(client):
    assert client.get("/readyz/", headers={"Host": "web:8000"}).status_code == 400


def test_caddy_asks_for_it():
    caddyfile = Path(__file__).parent.parent.parent / "deploy/Caddyfile"
    assert "health_uri /livez/\n" in caddyfile.read_text(encoding="utf-8")
