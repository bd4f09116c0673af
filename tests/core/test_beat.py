"""Beat without a broker or workers: it does the pressing sweeps itself, and gives them back."""

import logging
from datetime import timedelta

import pytest
from celery import Celery

from campus_errand import sweeps
from campus_errand.celery import app as real_app
from campus_errand.sweeps import SweepingScheduler
from core import clock
from core.models import Heartbeat
from core.outage_log import OneLineAnOutage
from tests import redis_away


class Counted(SweepingScheduler):
    """Waits for what it does by itself."""

    def ended(self) -> None:
        for future in self._sweeping.values():
            future.result(10)


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def app(done):
    made = Celery("of-a-test", broker="memory://", set_as_current=False)

    @made.task(name="pressing", shared=False)
    def pressing():
        if "fail" in done:
            raise ZeroDivisionError
        done.append("pressing")

    @made.task(name="tidying", shared=False)
    def tidying():
        done.append("tidying")

    made.conf.beat_schedule = {
        name: {"task": name, "schedule": 1.0, "options": {"expires": 5}} for name in ("pressing", "tidying")
    }
    made.conf.pressing = {"pressing"}
    return made


@pytest.fixture
def published(monkeypatch) -> list[str]:
    """What went to the broker."""
    sent: list[str] = []
    monkeypatch.setattr(
        "celery.beat.Scheduler.apply_async", lambda self, entry, **kwargs: sent.append(entry.task) or True
    )
    return sent


def turn(scheduler: Counted) -> None:
    for entry in list(scheduler.schedule.values()):
        scheduler.apply_entry(entry, producer=scheduler.producer)
    scheduler.ended()


@pytest.fixture
def workers(monkeypatch):
    """workers(silent): whether they show nothing."""

    def say(silent: bool) -> None:
        monkeypatch.setattr(SweepingScheduler, "_workers_are_silent", lambda self: silent)

    say(False)
    return say


@pytest.mark.parametrize("how", ["nobody", "hanging"])
def test_without_a_broker_the_pressing_sweeps_are_done_here(
    app, done, published, workers, settings, how, caplog
):
    with getattr(redis_away, how)() as address:
        settings.CELERY_BROKER_URL = address
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [address]},
            }
        }
        scheduler = Counted(app)
        for _second in range(3):
            turn(scheduler)
    assert done == ["pressing"] * 3
    assert published == []
    assert [record.message.partition(",")[0] for record in caplog.records] == [
        "Redis does not answer", "beat sweeps by itself",
    ]  # fmt: skip


def test_it_gives_them_back_when_a_worker_works_again(app, done, published, workers, settings):
    settings.CELERY_BROKER_URL = "memory://"
    scheduler = Counted(app)
    workers(silent=True)
    turn(scheduler)
    assert (done, sorted(published)) == (["pressing"], ["pressing", "tidying"])
    workers(silent=False)
    turn(scheduler)
    assert (done, len(published)) == (["pressing"], 4)


def test_a_sweep_that_fails_writes_one_line_and_stops_nothing(
    app, done, published, workers, settings, caplog
):
    done.append("fail")
    settings.CELERY_BROKER_URL = "memory://"
    workers(silent=True)
    scheduler = Counted(app)
    for _second in range(3):
        turn(scheduler)
    assert len([record for record in caplog.records if "failed in beat" in record.message]) == 1


def test_workers_are_silent_when_their_heartbeat_is_old(app, db, simulated_clock, monkeypatch):
    monkeypatch.setattr(sweeps, "ASK_EVERY", 0.0)
    scheduler = Counted(app)
    assert scheduler._workers_are_silent()
    Heartbeat.objects.create(name="beat", at=clock.now())
    assert not scheduler._workers_are_silent()
    simulated_clock.advance(seconds=26)
    assert scheduler._workers_are_silent()


def test_what_is_pressing_raises_tickets_delivers_events_and_sends_what_was_promised():
    assert {"exceptions.tasks.scan", "core.tasks.drain_outbox", "notifications.tasks.send_notices"} <= set(
        real_app.conf.pressing
    )
    assert "core.tasks.heartbeat" not in real_app.conf.pressing
    assert timedelta(seconds=10) < sweeps.SILENT


def test_the_worker_writes_one_line_an_outage(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("core.outage_log.time.monotonic", lambda: now[0])
    of_test = OneLineAnOutage()

    def passes(text, *args) -> bool:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, text, args, (OSError, OSError("gone"), None))
        kept = of_test.filter(record)
        assert record.exc_info is None or "broker" not in text
        return kept

    assert passes("%s (%r)", "consumer: Connection to broker lost. \nTrying again", "gone")
    for _try in range(3):
        now[0] += 32
        assert not passes("consumer: Cannot connect to %s: %s.\n%s\n", "redis://", "gone", "Trying again")
    assert passes("something else")
    now[0] += 91
    assert passes("%s (%r)", "consumer: Connection to broker lost. \nTrying again", "gone")
