"""An order in a list: what its card shows, without a query of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.models import Kind, Order
from orders.permissions import Allowed, allowed
from orders.tracking import Hero, hero

# (icon, colour of the tile) of each kind.
LOOKS = {
    Kind.PARCEL: ("package", ""),
    Kind.PURCHASE: ("shopping-bag", "is-amber"),
    Kind.DOCUMENT: ("file-text", "is-blue"),
    Kind.QUEUE: ("users", "is-violet"),
    Kind.HAUL: ("luggage", "is-danger"),
    Kind.CUSTOM: ("sparkles", ""),
    Kind.TAKEAWAY: ("utensils", "is-amber"),
}


@dataclass(frozen=True)
class Card:
    order: Order
    hero: Hero
    may: Allowed

    @property
    def icon(self) -> str:
        return LOOKS[Kind(self.order.kind)][0]

    @property
    def look(self) -> str:
        return LOOKS[Kind(self.order.kind)][1]


def cards(orders: Iterable[Order], *, now: datetime) -> list[Card]:
    """Cards of orders (with their places loaded)."""
    return [Card(order, hero(order, [], now), allowed(order, now)) for order in orders]
