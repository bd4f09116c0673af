"""The registry of events is whole, strict about fields, and what docs/events.md says of it is true."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from accounts.events import CodesCapped
from core import event_checks, events
from core.events import Event, Unreadable, read, subscribe
from couriers.events import ApplicationDecided, CourierBanned
from notifications.events import CircuitOpened
from orders.events import OrderPlaced, TipAdded
from tests.events import Said


@pytest.fixture
def registry(monkeypatch):
    """What is declared and subscribed in a test is forgotten after it."""
    monkeypatch.setattr(events, "_events", dict(events._events))
    known = {event: dict(handlers) for event, handlers in events._subscribers.items()}
    monkeypatch.setattr(events, "_subscribers", events.defaultdict(dict, known))


@pytest.mark.parametrize(
    "event",
    [
        OrderPlaced(order=1),
        CodesCapped(kind="login", most=3, day=date(2026, 3, 1)),
        CircuitOpened(circuit=1, since=datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        CourierBanned(courier=1, legs=(4, 5)),
        CourierBanned(courier=1, legs=()),
        ApplicationDecided(courier=1, decision="accept", reason="", application=None, by=2),
    ],
    ids=lambda event: event.name,
)
def test_an_event_is_read_as_it_was_written(event):
    assert read(event.name, event.payload()) == event


def test_what_is_stored_is_plain_json():
    event = CircuitOpened(circuit=1, since=datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    assert event.payload() == {"circuit": 1, "since": "2026-03-01T12:30:00+00:00"}
    assert CourierBanned(courier=1, legs=(4, 5)).payload() == {"courier": 1, "legs": [4, 5]}


@pytest.mark.parametrize("fields", [{"order": "1", "fen": 2}, {"order": 1, "fen": True}, {"order": None, "fen": 2},
                                    {"order": 1}, {"order": 1, "fen": 2, "loud": True}])  # fmt: skip
def test_fields_are_strict(fields):
    with pytest.raises(TypeError):
        TipAdded(**fields)
    with pytest.raises(Unreadable):
        read(TipAdded.name, fields)


@pytest.mark.parametrize("day", ["yesterday", 3, "2026-03-01T12:30:00"])
def test_a_date_that_is_none_is_unreadable(day):
    with pytest.raises(Unreadable):
        read(CodesCapped.name, {"kind": "login", "most": 3, "day": day})


def test_a_field_with_a_default_may_be_missing():
    """So may one that was added after the row was written."""
    assert read(Said.name, {}) == Said(n=0, fails=False)


def test_an_unknown_name_is_unreadable():
    with pytest.raises(Unreadable, match="no event is called"):
        read("orders.plcaed", {"order": 1})


def test_an_event_takes_from_facts_what_it_has_fields_for():
    assert TipAdded.of(order=1, fen=2, source="placed") == TipAdded(order=1, fen=2)


def test_a_name_is_taken_once(registry):
    with pytest.raises(ValueError, match="two events are called"):

        class Again(Event, name="orders.placed"):
            """It happens again."""


def test_an_event_says_when_it_happens(registry):
    with pytest.raises(ValueError, match="docstring"):

        class Mute(Event, name="test.mute"):
            n: int


def test_nobody_subscribes_twice_under_one_name(registry):
    def hear(event):
        pass

    subscribe(Said)(hear)
    assert events.subscribers_of(Said) == {f"{__name__}.{hear.__qualname__}": hear}
    with pytest.raises(ValueError, match="already"):
        subscribe(Said)(hear)


# -- The registry of this installation -------------------------------------------------------------------------


def test_every_event_is_heard_and_named_after_its_app():
    assert event_checks.subscribed_events(None) == []
    assert event_checks.named_events(None) == []
    assert len(events.declared()) > 60


def test_an_event_without_subscriber_fails_the_check(registry):
    events._subscribers[OrderPlaced] = {}
    (error,) = event_checks.subscribed_events(None)
    assert (error.id, error.msg) == ("core.E003", "orders.placed (OrderPlaced) has no subscriber.")


def test_an_event_that_is_named_after_another_app_fails_the_check(registry, monkeypatch):
    monkeypatch.setattr(OrderPlaced, "name", "delivery.placed")
    (error,) = event_checks.named_events(None)
    assert error.id == "core.E004"


def test_the_page_is_up_to_date():
    call_command("show_events", check=True)


def test_another_page_is_not(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match="--write"):
        call_command("show_events", check=True)
    call_command("show_events", write=True)
    call_command("show_events", check=True)


def test_the_page_tells_names_fields_and_subscribers(capsys):
    call_command("show_events")
    page = capsys.readouterr().out
    assert (
        "| `orders.tip_added`<br>TipAdded | The customer has added a tip. | order: int<br>fen: int |" in page
    )
    assert "`delivery.handlers.order_cancelled`: Cancel the legs." in page
