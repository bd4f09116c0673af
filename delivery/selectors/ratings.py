"""Ratings: what the customer may still say, and what the courier reads."""

from collections import Counter
from dataclasses import dataclass

from core import clock
from couriers.models import Courier
from delivery.models import CHANGE_WITHIN, RATE_WITHIN, Rating, RatingTag
from delivery.selectors.tracking import leg_of
from orders.models import Order

MOST_WORDS = 20


@dataclass(frozen=True)
class RatingState:
    """A customer's rating of their order: the one that was given, and whether it may be given or changed now."""

    rating: Rating | None
    may_rate: bool


def rating_state(order: Order) -> RatingState:
    """Two queries at most."""
    rating = Rating.objects.filter(order=order).select_related("courier__user").first()
    if rating:
        return RatingState(rating, clock.now() <= rating.may_change_until)
    delivered = order.delivered_at
    open_still = delivered is not None and clock.now() <= delivered + RATE_WITHIN
    return RatingState(None, open_still and leg_of(order) is not None)


@dataclass(frozen=True)
class CourierRatings:
    """What couriers read of their ratings: no order, no customer, no day. `tags`: (label, how often), the commonest first;
    `words`: those that cannot be changed any more, in an order that tells nothing."""

    average: float | None
    count: int
    tags: list[tuple[str, int]]
    words: list[str]


def ratings_of(courier: Courier) -> CourierRatings:
    """Two queries."""
    settled = courier.ratings.filter(created_at__lt=clock.now() - CHANGE_WITHIN)
    counted = Counter(tag for tags in settled.values_list("tags", flat=True) for tag in tags)
    words = settled.exclude(text="").order_by("-id").values_list("text", flat=True)[:MOST_WORDS]
    return CourierRatings(
        average=courier.rating,
        count=courier.rating_count,
        tags=[(str(RatingTag(tag).label), n) for tag, n in counted.most_common() if tag in RatingTag.values],
        words=sorted(words),
    )
