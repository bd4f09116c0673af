"""Whom a person has met on orders, and what they have said about meeting again."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from couriers.models import Courier
from delivery.models import Leg
from dispatch.models import Block, Favourite


def has_met(one: User, other: User) -> bool:
    """Has one of the two ever had an order of the other's in their hands? One query."""
    return Leg.objects.filter(
        Q(courier__user=one, order__customer=other) | Q(courier__user=other, order__customer=one)
    ).exists()


@dataclass(frozen=True)
class Standing:
    """What a person has said about another: a favourite, never again, or neither. Never what the other has said."""

    is_favourite: bool
    block: Block | None


def standing(viewer: User, other: User) -> Standing:
    """Two queries."""
    return Standing(
        Favourite.objects.filter(customer=viewer, courier__user=other).exists(),
        Block.objects.filter(by=viewer, other=other).first(),
    )


def favourites_of(customer: User) -> QuerySet[Courier]:
    """Their favourite couriers, the last named first."""
    return (
        Courier.objects.filter(favourite_of__customer=customer)
        .select_related("user")
        .order_by("-favourite_of__created_at")
    )


def blocks_of(user: User) -> list[tuple[Block, bool]]:
    """Whom they never want to be matched with, the latest first, and whether that one was their courier (else their
    customer). Two queries."""
    blocks = list(Block.objects.filter(by=user).select_related("other").order_by("-id"))
    brought = Leg.objects.filter(order__customer=user, courier__user__in=[one.other_id for one in blocks])
    couriers = set(brought.values_list("courier__user", flat=True))
    return [(one, one.other_id in couriers) for one in blocks]
