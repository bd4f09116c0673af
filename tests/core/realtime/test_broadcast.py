"""Broadcasts: after the commit, once per thing, and never at the cost of the work that caused them."""

import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.template import Context, Template

from accounts.models import User
from core import realtime
from core.realtime import broadcast, broadcast_now, publish


@pytest.fixture
def sent(monkeypatch):
    """[(group, frame), …] in the order of sending."""
    frames = []
    monkeypatch.setattr(
        publish, "_send", lambda batch: frames.extend((group, json.loads(text)) for group, text in batch)
    )
    return frames


def test_frames_wait_for_the_commit(db, sent):
    with transaction.atomic():
        broadcast(["order.A", "user.1"], "order", id="A", v=2)
        assert sent == []
    assert sent == [
        ("order.A", {"t": "order", "id": "A", "v": 2}),
        ("user.1", {"t": "order", "id": "A", "v": 2}),
    ]


def test_outside_a_transaction_they_go_at_once(transactional_db, sent):
    broadcast("hall.1", "hall", id=1)
    assert sent == [("hall.1", {"t": "hall", "id": 1})]


@transaction.atomic
def ring_and_fail(group, **data):
    broadcast(group, "order", **data)
    raise ZeroDivisionError


def test_what_is_rolled_back_never_rang(db, sent):
    with pytest.raises(ZeroDivisionError):
        ring_and_fail("order.A", id="A", v=2)
    with transaction.atomic():
        broadcast("order.B", "order", id="B", v=1)
        with pytest.raises(ZeroDivisionError):
            ring_and_fail("order.B", id="B", v=2)
    assert sent == [("order.B", {"t": "order", "id": "B", "v": 1})]


def test_in_one_transaction_the_last_frame_for_a_thing_wins(db, sent):
    with transaction.atomic():
        for version in range(50):
            with transaction.atomic():  # services within services
                broadcast("console.1", "order", id="A", v=version)
        broadcast("console.1", "order", id="B", v=1)
        broadcast("order.A", "order", id="A", v=49)
        transaction.on_commit(lambda: None)
        broadcast("console.1", "ticket", id="A", v=5)
    assert [(group, frame["t"], frame["id"], frame["v"]) for group, frame in sent] == [
        ("console.1", "order", "A", 49),
        ("console.1", "order", "B", 1),
        ("order.A", "order", "A", 49),
        ("console.1", "ticket", "A", 5),
    ]


def test_the_next_transaction_rings_anew(db, sent):
    for _ in range(2):
        with transaction.atomic():
            broadcast("order.A", "order", id="A", v=1)
    assert len(sent) == 2


def test_dates_travel_as_iso_text(db, sent):
    with transaction.atomic():
        broadcast("order.A", "pos", id="A", at=datetime(2026, 11, 24, 2, tzinfo=UTC))
    assert sent[0][1]["at"] == "2026-11-24T02:00:00Z"


def test_ringing_nobody_is_nothing(db, sent):
    broadcast([], "order", id="A")
    assert sent == []


def test_a_lost_redis_is_logged_and_stops_nothing(settings, caplog, transactional_db):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    with transaction.atomic():
        broadcast("order.A", "order", id="A", v=1)
    assert "Redis does not answer" in caplog.text
    caplog.clear()
    broadcast("order.A", "order", id="A", v=2)  # within the pause it is not even tried
    assert caplog.text == ""


def test_without_a_server_in_this_process_nobody_can_be_listening(settings, monkeypatch, transactional_db):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    monkeypatch.setattr(publish, "_loop", None)
    monkeypatch.setattr(
        publish.asyncio, "run_coroutine_threadsafe", lambda *_: pytest.fail("there is no loop to send on")
    )
    broadcast("order.A", "order", id="A", v=1)


def render(user, source="{% live_meta 'order.A' %}"):
    class Request:
        session = {realtime.SESSION_REF: "s"}

    Request.user = user
    return Template(source).render(Context({"request": Request()}))


def test_a_page_carries_a_token_for_its_groups():
    html = render(User(pk=7))
    token = html.partition("?t=")[2].partition('"')[0]
    assert html.startswith('<meta name="live" content="/ws/live/?t=')
    found = realtime.check_token(token)
    assert (found.user_id, found.groups, found.claim) == (7, ["order.A", "user.7"], (7, "s", 0))


def test_guests_listen_to_nothing():
    assert render(AnonymousUser()) == ""
    assert Template("{% live_meta %}").render(Context()) == ""


def test_what_is_committed_already_need_not_wait(db, sent):
    with transaction.atomic():
        broadcast_now("console.1", "ticket", id="A", v=1)
        assert sent == [("console.1", {"t": "ticket", "id": "A", "v": 1})]
    assert len(sent) == 1
