"""The beat schedule is code: what it names exists, and a queue that has fallen behind is not filled further."""

import pytest

from campus_errand.celery import SCAN_EVERY, app

ENTRIES = sorted(app.conf.beat_schedule)


@pytest.fixture(scope="module")
def registered():
    app.loader.import_default_modules()
    return set(app.tasks)


@pytest.mark.parametrize("name", ENTRIES)
def test_beat_names_a_task_that_exists_and_lets_it_expire(name, registered):
    entry = app.conf.beat_schedule[name]
    assert entry["task"] in registered
    assert 0 < entry["options"]["expires"] <= max(5, entry["schedule"])


def test_deadlines_are_looked_at_every_half_second():
    assert app.conf.beat_schedule["scan"]["schedule"] == SCAN_EVERY <= 0.5
    assert app.conf.beat_schedule["outbox"]["schedule"] <= 1


def test_an_interrupted_task_is_done_again():
    assert app.conf.task_acks_late
