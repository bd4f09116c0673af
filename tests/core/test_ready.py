"""/readyz/ says whether this process can serve: its database answers. Redis and beat are not asked."""

import ast
import threading
from pathlib import Path

import pytest

from core import health
from core.models import Heartbeat


def test_a_process_whose_database_answers_is_ready_without_beat_or_redis(client, transactional_db, settings):
    Heartbeat.objects.all().delete()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.post("/readyz/").status_code == 405


def test_a_database_that_refuses(client, monkeypatch):
    def refuse():
        raise OSError("nobody there")

    monkeypatch.setattr(health.connection, "cursor", refuse, raising=False)
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


@pytest.fixture
def hanging(monkeypatch):
    """A database that takes the question and does not answer until the test ends."""
    let_go = threading.Event()
    asked = []

    def ask(answered):
        asked.append(1)
        try:
            let_go.wait(5)
        finally:
            health._asking.release()

    monkeypatch.setattr(health, "_ask_database", ask)
    yield asked
    let_go.set()
    with health._asking:
        pass


def test_a_database_that_hangs_is_said_in_time_and_asked_once(hanging):
    assert health.database_answers(0.1) is False
    assert health.database_answers(0.1) is False
    assert len(hanging) == 1


def test_it_is_asked_without_tls_from_inside(client, db, settings):
    prod = ast.parse(Path("campus_errand/settings/prod.py").read_text())
    (exempt,) = [
        node.value for node in prod.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "SECURE_REDIRECT_EXEMPT"
    ]  # fmt: skip
    settings.SECURE_SSL_REDIRECT, settings.SECURE_REDIRECT_EXEMPT = True, ast.literal_eval(exempt)
    assert client.get("/accounts/login/").status_code == 301
    assert client.get("/readyz/").status_code == 200
