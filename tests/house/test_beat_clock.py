"""A clock that is corrected does not silence beat."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery
from django.conf import settings
from kombu.utils.imports import symbol_by_name

from campus_errand.steady import SteadyScheduler


@pytest.fixture
def time():
    """time.now, as celery sees it; tests set it."""

    class Time:
        now = datetime(2026, 11, 30, 12, tzinfo=UTC)

    return Time


@pytest.fixture
def beat(time, monkeypatch):
    """beat(seconds): the tasks that are sent while so many seconds pass, looked at twice a second."""
    app = Celery(set_as_current=False)
    app.conf.beat_schedule = {"scan": {"task": "scan", "schedule": 1.0}}
    monkeypatch.setattr(Celery, "now", lambda self: time.now)
    scheduler, sent = SteadyScheduler(app, schedule={}), []
    monkeypatch.setattr(
        SteadyScheduler, "apply_entry", lambda self, entry, producer=None: sent.append(entry.task)
    )
    monkeypatch.setattr(SteadyScheduler, "producer", None)

    def run(seconds: int) -> int:
        before, longest = len(sent), 0.0
        for _ in range(seconds * 2):
            time.now += timedelta(seconds=0.5)
            for _ in range(3):
                longest = max(longest, scheduler.tick())
        assert longest <= 1
        return len(sent) - before

    return run


def test_once_a_second(beat):
    assert 9 <= beat(10) <= 11


@pytest.mark.parametrize("hours", [-1, 1])
def test_it_goes_on_when_the_clock_is_set(beat, time, hours):
    beat(10)
    time.now += timedelta(hours=hours)
    assert 9 <= beat(10) <= 12


@pytest.mark.parametrize("file", ["script/server", "docker-compose.yml"])
def test_beat_is_started_with_a_schedule_that_loads_and_is_steady(file):
    named = re.findall(r"beat --scheduler (\S+)", (settings.BASE_DIR / file).read_text())
    assert named
    for name in named:
        assert issubclass(symbol_by_name(name), SteadyScheduler)
