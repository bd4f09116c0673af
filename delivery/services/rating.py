"""The customer's rating of a courier, and the average that everybody reads."""

from collections.abc import Collection

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.db import for_update
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from couriers.models import Courier
from delivery.models import RATE_WITHIN, Rating, RatingTag
from delivery.models.ratings import MOST_STARS
from delivery.selectors.tracking import leg_of
from orders import lifecycle
from orders.models import Order


def rate(*, order: Order, actor: User, stars: int, tags: Collection[str] = (), text: str = "") -> Rating:
    """Rate the courier who brought the order, or change the rating while that is still possible.

    Raises NotAllowed to anybody but the customer, WrongState before the delivery, TooLate afterwards.
    """
    if not 1 <= stars <= MOST_STARS:
        raise Invalid(_("Give one to five stars."))
    kept = [tag for tag in RatingTag.values if tag in tags]
    with lifecycle.lock_order(order.pk) as order:
        if order.customer_id != actor.pk:
            raise NotAllowed
        leg = leg_of(order)
        if order.delivered_at is None or leg is None:
            raise WrongState(_("It can be rated when it has been delivered."))
        now = clock.now()
        rating = for_update(Rating.objects.filter(order=order)).first()
        if now > (rating.may_change_until if rating else order.delivered_at + RATE_WITHIN):
            raise TooLate(
                _("This rating cannot be changed any more.") if rating else _("The time to rate it is over.")
            )
        courier = for_update(Courier.objects.filter(pk=rating.courier_id if rating else leg.courier_id)).get()
        before = rating.stars if rating else 0
        Courier.objects.filter(pk=courier.pk).update(
            rating_sum=F("rating_sum") + stars - before, rating_count=F("rating_count") + (0 if rating else 1)
        )
        rating = rating or Rating(order=order, leg=leg, courier=courier, created_at=now)
        rating.stars, rating.tags, rating.text, rating.changed_at = stars, kept, text.strip()[:200], now
        rating.save()
        lifecycle.bump_version(order)
    return rating
