"""The leg that an order is on, as far as its customer's page depends on it: delivery calls `provide` when Django is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from campus.models import Place
from orders.models import Order, Status


@dataclass(frozen=True)
class CurrentLeg:
    """`station`: the relay station that the order goes by. `to_station`: this leg ends there, and not at the door.
    `has_courier`: somebody has taken it. Between `earliest` and `latest` it is expected at the door; None where nobody can
    tell."""

    station: Place | None
    to_station: bool
    has_courier: bool
    earliest: datetime | None = None
    latest: datetime | None = None


_find: Callable[[Order], CurrentLeg | None] | None = None


def provide(find: Callable[[Order], CurrentLeg | None]) -> Callable[[Order], CurrentLeg | None]:
    """Decorator for an app above: `find` answers for an order under way; None when it is on no leg."""
    global _find
    _find = find
    return find


def of_order(order: Order) -> CurrentLeg | None:
    """The leg of an order that somebody has accepted and that has not arrived; else None. One query."""
    on_its_way = order.status in (Status.ACCEPTED, Status.PICKED_UP, Status.AT_RELAY)
    return _find(order) if _find and on_its_way else None
