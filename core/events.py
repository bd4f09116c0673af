"""The registry of events: what may happen, which fields tell of it, and who is told.

An app declares what happens in it in `<app>/events.py`, which imports no models, and says when it happens:

    class OrderAccepted(Event, name="orders.accepted"):
        "A courier has taken the order."

        order: int

An app of the same layer or above subscribes (in a module that its `AppConfig.ready` imports):

    @subscribe(OrderAccepted)
    def order_accepted(event: OrderAccepted) -> None: ...

`core.outbox.emit(OrderAccepted(order=order.pk))` writes it down. The name is what stands in the database: the class may
be renamed freely, the name only as long as no row has it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from types import UnionType
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform, get_origin

from django.apps import AppConfig, apps

E = TypeVar("E", bound="Event")
Handler = Callable[[E], None]
_events: dict[str, type["Event"]] = {}
_subscribers: dict[type["Event"], dict[str, Callable[[Any], None]]] = defaultdict(dict)


class Unreadable(Exception):
    """A stored event that this code does not know, or whose fields are not those of its class."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Event:
    """Something that has happened. A subclass with a name is registered; one without is a base of others.

    Fields are int, str, bool, float, date, datetime, one of these or None, or `tuple[…, ...]` of one.
    """

    name: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        says_when = cls.__doc__
        dataclass(frozen=True, kw_only=True)(cls)
        if not name:
            return
        if name in _events:
            raise ValueError(
                f"two events are called {name}: {_events[name].__qualname__}, {cls.__qualname__}"
            )
        if not says_when:
            raise ValueError(f"{cls.__qualname__} needs a docstring that says when it happens")
        cls.name, _events[name] = name, cls

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            if not _fits(getattr(self, field.name), field.type):
                raise TypeError(f"{self.name}: {field.name} is not {type_name(field.type)}")

    @classmethod
    def of(cls, **facts: Any) -> Self:
        """The event with those of the facts that it has fields for: the others are for the history alone."""
        return cls(**{field.name: facts[field.name] for field in fields(cls) if field.name in facts})  # type: ignore[arg-type]

    def payload(self) -> dict[str, Any]:
        """What is stored as JSON."""
        return {field.name: _to_json(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


def read(name: str, payload: dict[str, Any]) -> Event:
    """The event of a stored row. Raises Unreadable; the message names fields and never values."""
    event = _events.get(name)
    if event is None:
        raise Unreadable(f"no event is called {name}")
    known = {field.name: field.type for field in fields(event)}  # type: ignore[arg-type]
    if unknown := payload.keys() - known.keys():
        raise Unreadable(f"{name} has no field {', '.join(sorted(unknown))}")
    try:
        return event(**{key: _from_json(value, known[key]) for key, value in payload.items()})
    except TypeError as error:
        raise Unreadable(f"{name} does not fit its fields: {error}") from error
    except ValueError as error:
        raise Unreadable(f"{name} has a date that is none") from error


def subscribe(*events: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Have a function called with each of these events, after the commit and in a transaction of its own.

    It is known by its module path, and has to be idempotent: it may be tried again.
    """

    def register(handler: Handler[E]) -> Handler[E]:
        key = f"{handler.__module__}.{handler.__qualname__}"
        for event in events:
            if key in _subscribers[event]:
                raise ValueError(f"{key} has subscribed to {event.name} already")
            _subscribers[event][key] = handler
        return handler

    return register


def subscribers_of(event: type[Event]) -> dict[str, Callable[[Any], None]]:
    """The handlers of an event by the names under which their runs are kept."""
    return _subscribers.get(event, {})


def declared() -> list[tuple[AppConfig, type[Event]]]:
    """Every event of the installed apps with the app that declares it, by name."""
    found = ((apps.get_containing_app_config(event.__module__), event) for event in _events.values())
    return sorted(((app, event) for app, event in found if app), key=lambda pair: pair[1].name)


def type_name(hint: Any) -> str:
    """A field's type as it is written in the class."""
    return (
        hint.__name__
        if isinstance(hint, type) and not get_origin(hint)
        else str(hint).replace("datetime.", "")
    )


def _fits(value: Any, hint: Any) -> bool:
    if isinstance(hint, UnionType):
        return any(_fits(value, one) for one in hint.__args__)
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(_fits(one, hint.__args__[0]) for one in value)
    if hint is date or hint is int:  # a moment is no date, and a bool no number, whatever Python says
        return isinstance(value, hint) and not isinstance(value, datetime | bool)
    return isinstance(value, hint)


def _to_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_to_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _from_json(value: Any, hint: Any) -> Any:
    if isinstance(hint, UnionType):
        return None if value is None else _from_json(value, hint.__args__[0])
    if get_origin(hint) is tuple:
        return tuple(_from_json(one, hint.__args__[0]) for one in value) if isinstance(value, list) else value
    return hint.fromisoformat(value) if hint in (date, datetime) and isinstance(value, str) else value
