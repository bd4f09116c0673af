"""The detectors by name, in the order in which the scanner asks them.

The folder `detectors/NAME/` has `detector.py` (`DETECTOR`), `settings.py` (`THRESHOLDS`), and how it notices: `query.py` (`QUERY`,
which the scanner asks) or `handler.py` (functions that events call), or both.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from exceptions.detection import detectors
from exceptions.detection.base import Detector, Threshold
from exceptions.models import Watch

# One line a detector.
NAMES = (
    "overdue",
    "stalled",
    "courier_silent",
    "courier_stationary",
    "courier_off_route",
    "late_risk",
    "scheduled_unstaffed",
    "relay_closing",
    "courier_cancelled",
    "courier_banned",
    "over_budget",
    "lost_in_relay",
    "nobody_at_relay",
    "fake_delivery",
    "refund_stuck",
    "books_differ",
    "offers_unanswered",
    "shift_missed",
    "wrong_station",
    "payment_complaint",
)


def _part(name: str, part: str):
    path = f"{detectors.__name__}.{name}.{part}"
    return import_module(path) if find_spec(path) else None


DETECTORS: dict[str, Detector] = {name: _part(name, "detector").DETECTOR for name in NAMES}
THRESHOLDS: dict[str, tuple[Threshold, ...]] = {name: _part(name, "settings").THRESHOLDS for name in NAMES}
# What the scanner asks: {name: an alarm or a query of watches}.
QUERIES = {name: query.QUERY for name in NAMES if (query := _part(name, "query"))}


def register() -> None:
    """Subscribe the detectors to their events."""
    for name in NAMES:
        _part(name, "handler")


def moved_of(name: str) -> Callable[[Watch], None] | None:
    """What the detector does when a watch of its own has gone a step further or back, if anything."""
    return getattr(_part(name, "handler"), "moved", None)
