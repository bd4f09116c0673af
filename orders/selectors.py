"""Reading orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Q, QuerySet, When
from django.http import Http404

from campus.models import Campus
from orders.kinds import ERRANDS, KINDS, OrderKind
from orders.models import FINAL, History, Order, PriceRule, Review, Status

LONGEST_SEARCH = 40


def order_of(customer, no: str) -> Order:
    """The customer's own order; anyone else's is not found."""
    try:
        return _with_places(Order.objects.filter(customer=customer)).get(no=no)
    except Order.DoesNotExist:
        raise Http404 from None


def orders_of(customer) -> QuerySet[Order]:
    return _with_places(Order.objects.filter(customer=customer)).order_by("-id")


def unfinished_orders_of(customer) -> QuerySet[Order]:
    """What is under way or waits for payment or confirmation, newest first."""
    return orders_of(customer).exclude(status__in=FINAL)


def live_orders_of(customer) -> QuerySet[Order]:
    """What is under way, the soonest first, then what waits for its payment."""
    unpaid = Case(When(status=Status.PENDING_PAYMENT, then=1), default=0)
    return (
        unfinished_orders_of(customer).exclude(status=Status.DELIVERED).order_by(unpaid, "promised_at", "-id")
    )


def delivered_orders_of(customer) -> QuerySet[Order]:
    """What was handed over and waits for the customer's word, the latest first."""
    return orders_of(customer).filter(status=Status.DELIVERED).order_by("-delivered_at", "-id")


def search_orders(orders: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Those of `orders` that have `text` in their number, places, note, contents or kind (as it is called here)."""
    text = text[:LONGEST_SEARCH]
    places = [f"{end}__{name}" for end in ("pickup", "dropoff") for name in ("name", "name_en")]
    found = Q(kind__in=[name for name, kind in KINDS.items() if text.lower() in str(kind.label).lower()])
    for field in ("no", "summary", "note", "pickup_detail", "dropoff_detail", *places):
        found |= Q(**{f"{field}__icontains": text})
    return orders.filter(found)


def recent_of(customer, *, now: datetime, days: int = 60, limit: int = 4) -> list[Order]:
    """The customer's last good orders, one for each kind and door: what to offer again."""
    seen, again = set(), []
    done = orders_of(customer).filter(status=Status.COMPLETED, created_at__gte=now - timedelta(days=days))
    for order in done[:30]:
        what = (order.kind, order.pickup_id, order.dropoff_id)
        if what not in seen:
            seen.add(what)
            again.append(order)
    return again[:limit]


@dataclass(frozen=True)
class Tile:
    """What can be ordered: `from_fen` is the lowest fee, None where the campus does not offer it."""

    kind: OrderKind
    from_fen: int | None


def tiles(campus: Campus | None) -> list[Tile]:
    """One tile for each kind of errand, with its lowest price on this campus. One query."""
    rules = PriceRule.objects.live().filter(campus=campus) if campus else ()
    prices = {rule.kind: max(rule.floor_fen, min(rule.base_fen, rule.ceiling_fen)) for rule in rules}
    return [Tile(KINDS[name], prices.get(name)) for name in ERRANDS]


def reviews_waiting(campuses: Iterable[Campus]) -> int:
    """How many orders of these campuses wait for an operator's word before couriers may see them."""
    waiting = Review.objects.filter(
        status=Review.Status.ASKED, due_at__isnull=False, order__campus__in=campuses
    )
    return waiting.exclude(order__status__in=FINAL).count()


def history_of(order: Order) -> QuerySet[History]:
    return order.history.select_related("actor")


def _with_places(orders: QuerySet[Order]) -> QuerySet[Order]:
    return orders.select_related("campus", "pickup", "dropoff", "dropoff__zone", "price_rule", "customer")
