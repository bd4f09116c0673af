"""An order in a list: what its card shows, without a query of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.kinds import KINDS, OrderKind
from orders.models import Order
from orders.permissions import Allowed, allowed
from orders.tracking import Hero, hero


@dataclass(frozen=True)
class Card:
    order: Order
    hero: Hero
    may: Allowed

    @property
    def kind(self) -> OrderKind:
        return KINDS[self.order.kind]


def cards(orders: Iterable[Order], *, now: datetime) -> list[Card]:
    """Cards of orders (with their places loaded)."""
    return [Card(order, hero(order, [], now), allowed(order, now)) for order in orders]
