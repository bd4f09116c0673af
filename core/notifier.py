"""How an app notifies people that stands beside the one that delivers notifications, and so may not import it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Notifier:
    """What the delivering app can do.

    `describe(kind, topic, **traits)` makes a kind of notification known, once, when apps are ready.
    `notify(user=, kind=, title=, body=, link=, about=, key=)` notifies a person, once for each key.
    `mark_read(user=, key_prefix=)` marks the person's notifications with such keys as read.
    """

    describe: Callable[..., object]
    notify: Callable[..., object]
    mark_read: Callable[..., int]


_provided: list[Notifier] = []


def provide(notifier: Notifier) -> None:
    """Called by the delivering app, which is installed before those that use it."""
    _provided[:] = [notifier]


def notifier() -> Notifier:
    return _provided[0]
