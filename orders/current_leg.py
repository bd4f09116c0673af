"""The leg that an order is on, as far as its customer's page depends on it: delivery calls `provide` when Django is ready."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from campus.models import Place
from orders.models import Order, Status


@dataclass(frozen=True)
class CurrentLeg:
    """`station`: the relay station that the order goes by. `to_station`: this leg ends there, and not at the door.
    `has_courier`: somebody has taken it. `from_another`: they are on the way to fetch it from a courier who cannot go on.
    Between `earliest` and `latest` it is expected at the door; None where nobody can
    tell."""

    station: Place | None
    to_station: bool
    has_courier: bool
    earliest: datetime | None = None
    latest: datetime | None = None
    from_another: bool = False


class Finder(Protocol):
    def __call__(self, orders: Sequence[Order], *, expected: bool) -> dict[int, CurrentLeg]:
        """{order id: its leg} of orders under way, without those that are on none. One query; one more for each when it is
        to be worked out when they are `expected`."""


_find: Finder | None = None
ON_ITS_WAY = (Status.ACCEPTED, Status.PICKED_UP, Status.AT_RELAY)


def provide(find: Finder) -> Finder:
    """Decorator for an app above."""
    global _find
    _find = find
    return find


def of_order(order: Order) -> CurrentLeg | None:
    """The leg of an order that somebody has accepted and that has not arrived; else None."""
    return _find([order], expected=True).get(order.pk) if _find and order.status in ON_ITS_WAY else None


def of_orders(orders: Iterable[Order]) -> dict[int, CurrentLeg]:
    """The same of many, {order id: leg}, without when they are expected. One query, none when none is under way."""
    moving = [order for order in orders if order.status in ON_ITS_WAY]
    return _find(moving, expected=False) if _find and moving else {}
