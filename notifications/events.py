"""Events of the providers that notifications go through."""

from datetime import datetime

from core.events import Event


class CircuitOpened(Event, name="notifications.circuit_opened"):
    """A provider fails again and again: nothing is sent to it but a try now and then."""

    circuit: int
    since: datetime


class CircuitClosed(Event, name="notifications.circuit_closed"):
    """The provider answers again."""

    circuit: int
    since: datetime
    waiting: int  # sends that are due at once
