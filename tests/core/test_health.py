"""/healthz/ is well only while beat, the database, Redis and the outbox keep up."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from core import health
from core.models import HandlerRun, Heartbeat, OutboxEvent
from core.tasks import heartbeat


@pytest.fixture
def well(db, simulated_clock, settings, monkeypatch):
    settings.REDIS_URL = ""
    monkeypatch.setattr(health.media, "media_room", lambda: {"free_mb": 900, "ok": True})
    heartbeat()
    return simulated_clock


def ask(client):
    answer = client.get("/healthz/")
    return answer.status_code, answer.json()


def test_all_is_well(client, well):
    status, said = ask(client)
    assert status == 200
    assert said.pop("took_ms") >= 0
    assert said == {
        "ok": True, "db": True, "redis": None, "beat_age_s": 0.0, "outbox_lag_s": 0.0, "clock_behind_s": 0.0,
        "media_free_mb": 900, "dead_letters": 0, "beat_host": None,
        "calendar_missing": [],
    }  # fmt: skip


def test_nobody_need_log_in_and_nothing_is_kept(client, well):
    assert "no-store" in client.get("/healthz/").headers["Cache-Control"]
    assert client.post("/healthz/").status_code == 405


def test_a_beat_that_never_ran(client, well):
    Heartbeat.objects.all().delete()
    assert ask(client)[0] == 503


def test_a_beat_that_stopped(client, well):
    well.advance(seconds=31)
    status, said = ask(client)
    assert (status, said["beat_age_s"]) == (503, 31.0)
    heartbeat()
    assert ask(client)[0] == 200


def test_an_outbox_that_nobody_drains(client, well):
    OutboxEvent.objects.create(name="test.said", due_at=well.time - timedelta(seconds=61))
    status, said = ask(client)
    assert (status, said["outbox_lag_s"]) == (503, 61.0)


def test_an_event_that_waits_for_its_next_try_is_no_lag(client, well):
    OutboxEvent.objects.create(name="test.said", due_at=well.time + timedelta(seconds=61))
    assert ask(client)[1]["clock_behind_s"] == 0.0
    assert ask(client)[0] == 200


def test_dead_letters_are_counted_but_the_installation_is_well(client, well):
    event = OutboxEvent.objects.create(name="test.said", due_at=None)
    HandlerRun.objects.create(event=event, handler="fails", status=HandlerRun.Status.DEAD)
    status, said = ask(client)
    assert (status, said["dead_letters"]) == (200, 1)


def test_redis_that_does_not_answer(client, well, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    status, said = ask(client)
    assert (status, said["redis"]) == (503, False)


def test_a_database_that_does_not_answer(client, well, monkeypatch):
    def lost(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(health.Heartbeat.objects, "filter", lost)
    status, said = ask(client)
    assert (status, said["db"]) == (503, False)


def test_a_clock_that_was_set_back_is_said_until_it_has_caught_up(client, well):
    well.advance(hours=-1)
    heartbeat()
    status, said = ask(client)
    assert (status, said["clock_behind_s"], said["beat_age_s"]) == (503, 3600.0, 0.0)
    well.advance(minutes=59, seconds=50)
    heartbeat()
    assert ask(client)[0] == 200


def test_an_event_from_the_future_says_it_before_beat_does(client, well):
    OutboxEvent.objects.create(
        name="test.said", created_at=well.time + timedelta(minutes=9), due_at=well.time + timedelta(minutes=9)
    )
    assert ask(client)[1]["clock_behind_s"] == 540.0


def test_a_clock_that_was_a_year_ahead_is_believed_again_after_an_hour(client, well):
    well.advance(days=365)
    heartbeat()
    well.advance(days=-365)
    heartbeat()
    assert ask(client)[0] == 503
    well.advance(hours=1)
    heartbeat()
    assert ask(client)[0] == 200


def test_two_machines_whose_clocks_differ_by_seconds_are_well(client, well):
    well.advance(seconds=-9)
    heartbeat()
    assert ask(client)[0] == 200


def test_a_disk_without_room_for_photos(client, well, monkeypatch):
    monkeypatch.setattr(health.media, "media_room", lambda: {"free_mb": 12, "ok": False})
    status, said = ask(client)
    assert (status, said["media_free_mb"]) == (503, 12)
