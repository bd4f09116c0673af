"""Couriers name their price for an errand that has none, the customer chooses, and the chosen one gets the job."""

import logging

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import Actor, User
from core import clock, outbox, realtime
from core.db import for_update
from core.errors import DomainError, Invalid, NotAllowed, TooLate, WrongState
from couriers.models import Courier
from delivery.models import CARRIED, Leg
from dispatch import admission
from dispatch.events import BidFailed, BidPlaced, BidWon, ChosenBidWithdrawn
from dispatch.models import Bid
from dispatch.selectors.bidding import leg_for
from dispatch.services.taking import grab
from orders import lifecycle
from orders import services as orders
from orders.models import Order, Status
from payments.models import Payment

MOST_MINUTES = 24 * 60


def place_bid(
    *, order: Order, courier: Courier, fee_fen: int, minutes: int, words: str = "", actor: Actor = None
) -> Bid:
    """Say what one would do it for, or say it anew. Raises NotAllowed with the reason when the courier may not."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise Invalid(_("Say in how many minutes it is done, at most a day."))
    with lifecycle.lock_order(order.pk) as order:
        _still_asked(order)
        orders.check_bid(order.price_rule, fee_fen)
        courier = for_update(Courier.objects.filter(pk=courier.pk)).select_related("user").get()
        if reason := why_not(courier, order):
            raise NotAllowed(reason)
        bid = for_update(order.bids.filter(courier=courier)).first()
        if bid is None:
            bid = Bid(order=order, courier=courier, fee_fen=fee_fen, minutes=minutes, words=words[:80])
        elif not can_proceed(bid.renew):
            raise WrongState(_("The customer has chosen your price and is paying."))
        else:
            bid.renew(fee_fen=fee_fen, minutes=minutes, words=words[:80])
        bid.save()
        outbox.emit(BidPlaced(bid=bid.pk))
        _publish(order, bid)
    return bid


def withdraw_bid(*, order: Order, courier: Courier, actor: Actor = None) -> None:
    """Not wanted any more; nothing happens if there is none. Whose price the customer is about to pay leaves them to
    choose another one."""
    with lifecycle.lock_order(order.pk) as order:
        bid = for_update(order.bids.filter(courier=courier)).first()
        if bid is None or bid.status == Bid.Status.WITHDRAWN:
            return
        _unpaid(order)
        was_chosen = bid.status == Bid.Status.CHOSEN
        bid.withdraw()
        bid.save(update_fields=["status"])
        if was_chosen:
            order = orders.undo_bid(order=order, actor=actor or courier.user)
            outbox.emit(ChosenBidWithdrawn(bid=bid.pk, version=order.version))
        _publish(order, bid)


def choose_bid(*, bid: Bid, actor: User, gateway: str, expected_fen: int) -> Payment:
    """Take a courier's price and begin to pay it. `expected_fen` is the price that was shown.

    Another may be chosen as long as nothing is paid. TooLate when the courier cannot come any more. The job is the courier's when it is (`give_to_chosen`).
    """
    with lifecycle.lock_order(bid.order_id) as order:
        if order.customer_id != actor.pk:
            raise NotAllowed
        _unpaid(order)
        bid = for_update(Bid.objects.filter(pk=bid.pk)).get()
        pair = admission.blocked_with([order.customer_id]).get(order.customer_id, ())
        if bid.status == Bid.Status.WITHDRAWN or bid.fee_fen != expected_fen or bid.courier.user_id in pair:
            raise TooLate(_("This courier has changed their mind. Look at the prices again."))
        if why_not(bid.courier, order):
            raise TooLate(
                _("This courier is off duty now, or has their hands full. Please choose another price.")
            )
        for other in for_update(order.bids.filter(status=Bid.Status.CHOSEN).exclude(pk=bid.pk)):
            other.unchoose()
            other.save(update_fields=["status"])
        if bid.status == Bid.Status.OPEN:
            bid.choose()
            bid.save(update_fields=["status"])
        return orders.accept_bid(
            order=order, actor=actor, fee_fen=bid.fee_fen, minutes=bid.minutes, gateway=gateway
        )


@transaction.atomic
def give_to_chosen(*, leg: Leg) -> None:
    """The order is paid: its job goes to the courier whose price it is. Who cannot any more leaves it in the hall."""
    bid = (
        Bid.objects.filter(order=leg.order_id, status=Bid.Status.CHOSEN)
        .select_related("courier__user")
        .first()
    )
    if bid is None:
        if leg.order.bids_until:  # who was paid for is not there any more
            outbox.emit(BidFailed(order=leg.order_id))
        return
    try:
        with transaction.atomic():
            grab(leg=leg, courier=bid.courier)
            outbox.emit(BidWon(bid=bid.pk))
    except DomainError as error:
        logging.getLogger(__name__).info("bid %s does not get its job: %s", bid.pk, error)
        outbox.emit(BidFailed(order=leg.order_id))


def why_not(courier: Courier, order: Order) -> str:
    """The reason why this courier may not carry it, as for a leg of it; empty if they may. Four queries."""
    return admission.refusal(courier, leg_for(order), carried=courier.legs.filter(status__in=CARRIED).count())


def _still_asked(order: Order) -> None:
    if not order.wants_bids or clock.now() >= order.bids_until or order.review_due_at:
        raise TooLate(_("The customer does not ask for prices any more."))


def _unpaid(order: Order) -> None:
    if order.bids_until is None or order.status != Status.PENDING_PAYMENT:
        raise WrongState(_("It is paid already, or closed."))


def _publish(order: Order, bid: Bid) -> None:
    lifecycle.bump_version(order)
    realtime.broadcast([f"user.{bid.courier.user_id}"], "bid", id=order.no)
