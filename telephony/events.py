"""Events of phone calls."""

from core.events import Event


class CallChanged(Event, name="telephony.call_changed"):
    """A call was started, reported by its provider, or not connected."""

    call: int
    order: str  # its number, or empty
