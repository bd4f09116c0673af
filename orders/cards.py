"""An order in a list: what its card shows, without a query of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders import current_leg
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
    """Cards of orders (with their places loaded). One query, for those that are on their way."""
    orders = list(orders)
    legs = current_leg.of_orders(orders)
    return [
        Card(order, hero(order, [], now, leg=legs.get(order.pk)), allowed(order, now, legs.get(order.pk)))
        for order in orders
    ]
