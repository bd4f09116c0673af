"""Favourite couriers, and pairs that are never matched again."""

import logging

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError, Invalid, NotAllowed
from couriers.models import Courier
from delivery.models import Leg
from dispatch.models import Block, Favourite, Offer
from dispatch.selectors.channels import dispatch_channels
from dispatch.selectors.people import has_met
from dispatch.services import offers

logger = logging.getLogger(__name__)

MOST_FAVOURITES = 10


def add_favourite(*, actor: User, courier: Courier) -> Favourite:
    """Have this courier asked first. Idempotent; raises NotAllowed for one who never carried an order of theirs."""
    if not has_met(actor, courier.user):
        raise NotAllowed
    if Block.objects.filter(by=actor, other=courier.user_id).exists():
        raise Invalid(_("You have chosen never to be matched with this person again. Take that back first."))
    others = Favourite.objects.filter(customer=actor).exclude(courier=courier).count()
    if others >= MOST_FAVOURITES:
        raise Invalid(_("At most %(n)s favourites. Take one off the list first.") % {"n": MOST_FAVOURITES})
    return Favourite.objects.get_or_create(customer=actor, courier=courier)[0]


def remove_favourite(*, actor: User, courier: Courier) -> None:
    """Not asked first any more. Idempotent."""
    Favourite.objects.filter(customer=actor, courier=courier).delete()


@transaction.atomic
def block(*, actor: User, other: User) -> Block:
    """Never match these two again, from the next order on. Idempotent; the other is not told.

    Raises NotAllowed for somebody whom they have not met on an order. What is on its way is brought to its end.
    """
    if not has_met(actor, other):
        raise NotAllowed
    Favourite.objects.filter(customer=actor, courier__user=other).delete()
    try:
        with transaction.atomic():
            made = Block.objects.get_or_create(by=actor, other=other)[0]
    except IntegrityError:
        made = Block.objects.get(by=actor, other=other)
    pairs = ((actor, other), (other, actor))
    for customer, courier in pairs:
        for offer in Offer.objects.filter(
            courier__user=courier, legs__order__customer=customer, status=Offer.Status.OPEN
        ).distinct():
            offers.withdraw(offer=offer)
    return made


def unblock(*, actor: User, pk: int) -> None:
    """Take one's own wish back. Idempotent; what the other may want stays."""
    Block.objects.filter(by=actor, pk=pk).delete()


def ask_favourite(*, leg: Leg) -> Offer | None:
    """Offer a job that has just opened to a courier whom its customer has named, before others see it: the one named last
    who is there and may take it. None when there is nobody; a no, or half a minute of silence, opens it for all."""
    order = leg.order
    if not dispatch_channels(leg.campus_id)[order.kind].favourites:
        return None
    named = Courier.objects.filter(
        Courier.MAY_WORK, campus=leg.campus_id, on_duty=True, offer_pause=None,
        favourite_of__customer=order.customer_id,
    )  # fmt: skip
    for courier in named.order_by("-favourite_of__created_at"):
        (answer,) = offers.make_all(proposals=[offers.Proposal(courier, [leg], {"favourite": True})])
        if isinstance(answer, DomainError):
            logger.info("favourite courier %s is not asked: %s", courier.pk, answer)
        else:
            return answer
    return None
