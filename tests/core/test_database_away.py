"""While the database cannot be reached, people read that we are back in a minute: 503 with Retry-After, never a 500."""

import json

import psycopg2
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from core.away import database_is_away


@pytest.fixture
def visitor():
    """A browser that sees what people see of an exception, and has been here before."""
    visitor = Client(raise_request_exception=False)
    visitor.cookies["sessionid"] = "a" * 32
    return visitor


@pytest.fixture
def gone(monkeypatch):
    """gone(error): the database fails with it at the first question of every request, long before any view."""

    def gone(error: Exception) -> None:
        def fail(self):
            raise error

        monkeypatch.setattr(SessionStore, "_get_session_from_db", fail)

    return gone


def lost() -> OperationalError:
    return OperationalError("server closed the connection unexpectedly")


def test_a_page_says_when_to_come_back(visitor, gone):
    gone(lost())
    answer = visitor.get("/orders/", headers={"Accept-Language": "zh-hans"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "马上回来" in answer.content.decode()


def test_a_fragment_is_left_as_it_is_with_a_toast(visitor, gone):
    gone(lost())
    answer = visitor.get("/orders/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["level"] == "error"


def test_a_script_gets_json(visitor, gone):
    gone(InterfaceError("connection already closed"))
    answer = visitor.get("/orders/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (503, "away")


def test_any_other_failure_is_a_failure(visitor, gone):
    gone(ValueError("a bug"))
    answer = visitor.get("/orders/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers


def test_a_deadlock_is_no_outage():
    error = OperationalError("deadlock detected")
    error.__cause__ = type("DeadlockDetected", (Exception,), {"pgcode": "40P01"})()
    assert not database_is_away(error)


@pytest.mark.postgres
def test_a_connection_that_the_server_cut(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(backend,)] = cursor.fetchall()
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    other.cursor().execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    other.close()
    try:
        with pytest.raises((OperationalError, InterfaceError)) as caught, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()
    assert database_is_away(caught.value)


def test_no_server_at_all():
    with pytest.raises(psycopg2.OperationalError) as caught:
        psycopg2.connect(host="127.0.0.1", port=1)
    error = OperationalError(str(caught.value))
    error.__cause__ = caught.value
    assert database_is_away(error)
