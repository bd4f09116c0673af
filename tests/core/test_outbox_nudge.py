"""Events reach their handlers with the commit, also in a thread whose last transaction failed."""

import pytest
from django.db import transaction

from core import events, outbox
from tests.events import Said


@pytest.fixture
def heard(monkeypatch):
    got = []
    monkeypatch.setitem(events._subscribers, Said, {"hear": lambda event: got.append(event.n)})
    return got


@transaction.atomic
def say_and_fail():
    outbox.emit(Said(n=1))
    raise ZeroDivisionError


def test_only_the_outermost_commit_delivers(db, heard):
    with transaction.atomic():
        with transaction.atomic():
            outbox.emit(Said(n=1))
        assert heard == []
    assert heard == [1]


@pytest.mark.parametrize("real", [False, pytest.param(True, marks=pytest.mark.django_db(transaction=True))])
def test_a_rolled_back_event_does_not_silence_the_next(db, heard, real):
    with pytest.raises(ZeroDivisionError):
        say_and_fail()
    with transaction.atomic():
        outbox.emit(Said(n=2))
    assert heard == [2]


def test_a_rolled_back_savepoint_does_not_silence_its_transaction(db, heard):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            say_and_fail()
        outbox.emit(Said(n=2))
    assert heard == [2]


def test_deferred_delivery_leaves_events_to_the_next_drain(db, heard):
    with outbox.deferred_delivery(), transaction.atomic():
        outbox.emit(Said(n=1))
    assert heard == []
    assert outbox.drain() == 1
    assert heard == [1]
