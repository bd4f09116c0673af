"""Errands whose customers ask for a price, and the prices named for one."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core import clock
from couriers.models import Courier
from delivery.models import Leg, LegStatus
from dispatch import admission
from dispatch.models import Bid
from orders.gender import courier_gender
from orders.models import Order, Status

MOST_WANTED = 30


@dataclass(frozen=True)
class Wanted:
    """An errand that waits for a price: the courier's own bid, how many others there are, why they may not."""

    order: Order
    bid: Bid | None
    others: int
    refusal: str


def wanted_orders(courier: Courier) -> QuerySet[Order]:
    """Those on the courier's campus, the newest first; never their own."""
    return (
        Order.objects.filter(
            campus=courier.campus_id, status=Status.PENDING_PAYMENT, pay_by__gt=clock.now(),
            bids_until__gt=clock.now(), fee_fen=0, review_due_at=None,
        )
        .exclude(customer=courier.user_id)
        .select_related("pickup", "dropoff__zone", "campus", "price_rule")
        .order_by("-id")
    )  # fmt: skip


def wanted(courier: Courier, carrier: admission.Carrier) -> list[Wanted]:
    """What the hall shows above its jobs. Two queries."""
    orders = list(
        wanted_orders(courier).annotate(
            others=Count("bids", filter=Q(bids__status=Bid.Status.OPEN) & ~Q(bids__courier=courier))
        )[:MOST_WANTED]
    )
    mine = {bid.order_id: bid for bid in courier.bids.filter(order__in=orders, status=Bid.Status.OPEN)}
    found = [
        Wanted(
            order,
            mine.get(order.pk),
            order.others,
            admission.why_not(carrier, admission.load(leg_for(order))),
        )
        for order in orders
    ]
    return [one for one in found if not one.refusal]


def leg_for(order: Order) -> Leg:
    """The leg that the order would have: for the rule of admission, never saved."""
    gender = courier_gender(order.dropoff, order.gender_wanted)
    return Leg(order=order, campus_id=order.campus_id, dropoff=order.dropoff, gender=gender)


def bids_of(order: Order) -> list[Bid]:
    """What couriers would do it for: first of those who can come, the cheapest first. Each with `delivered`, the jobs that
    its courier has done, and `can_come`: who has gone off duty since, or has full hands, cannot be chosen. Who is never to
    be matched with the customer is left out. Constant queries."""
    blocked = admission.blocked_with([order.customer_id]).get(order.customer_id, ())
    done = (
        Leg.objects.filter(courier=OuterRef("courier"), status=LegStatus.DONE)
        .order_by()
        .values("courier")
        .annotate(count=Count("pk"))
        .values("count")
    )
    bids = list(
        order.bids.exclude(status=Bid.Status.WITHDRAWN)
        .exclude(courier__user__in=blocked)
        .select_related("courier__user")
        .annotate(delivered=Coalesce(Subquery(done), 0))
    )
    load = admission.load(leg_for(order))
    for bid, carrier in zip(bids, admission.carriers([bid.courier for bid in bids]), strict=True):
        bid.can_come = not admission.why_not(carrier, load)
    return sorted(bids, key=lambda bid: not bid.can_come)
