"""What the platform knows about a person, gathered over all apps for export, and what stands against erasing it.

Upper apps add what they know:

    @exports("orders")
    def orders_of(user): return [...]          # JSON

    @blocks_erasure
    def live_orders(user): return _("You have an order under way.")    # or ""

and scrub their own rows on the event ``accounts.erased`` {user}.
"""

from collections.abc import Callable

_exporters: dict[str, Callable] = {}
_obstacles: list[Callable] = []


def exports(name: str) -> Callable:
    """Register `function(user) -> JSON` as the part `name` of a person's data."""

    def register(function: Callable) -> Callable:
        _exporters[name] = function
        return function

    return register


def blocks_erasure(function: Callable) -> Callable:
    """Register `function(user) -> sentence`; an empty sentence means that nothing stands against it."""
    _obstacles.append(function)
    return function


def gather(user) -> dict:
    """Every part, by name."""
    return {name: function(user) for name, function in sorted(_exporters.items())}


def obstacles(user) -> list[str]:
    """Why this person cannot be erased now, in the active language; empty when they can."""
    return [reason for function in _obstacles if (reason := function(user))]
