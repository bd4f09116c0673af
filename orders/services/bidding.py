"""The customer takes a courier's price for an errand that had none; the courier may take it back until it is paid."""

from datetime import timedelta

from django.utils.translation import gettext as _

import payments.services as money
from accounts.models import Actor, User
from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from core.money import percent_of, yuan
from orders.events import BidsWanted
from orders.lifecycle import lock_order, save_transition
from orders.models import Order, PriceRule, Status
from orders.pricing import HIGHEST_BID_FEN, Line
from orders.services.placing import PAY_WITHIN, mark_paid
from payments.models import Payment


def check_bid(rule: PriceRule, fee_fen: int) -> None:
    """A price lies between the campus's lowest fee and what anybody may ask. Raises Invalid."""
    if not rule.floor_fen <= fee_fen <= HIGHEST_BID_FEN:
        raise Invalid(
            _("Name a price between %(lowest)s and %(highest)s.")
            % {"lowest": yuan(rule.floor_fen), "highest": yuan(HIGHEST_BID_FEN)}
        )


def accept_bid(*, order: Order, actor: User, fee_fen: int, minutes: int, gateway: str) -> Payment:
    """The order costs `fee_fen` and is promised `minutes` after it is paid; its payment begins, and a wallet pays at
    once. Another price may be taken as long as nothing has been paid.
    """
    with lock_order(order.pk) as order:
        if order.customer_id != actor.pk:
            raise NotAllowed
        if order.status != Status.PENDING_PAYMENT or order.bids_until is None:
            raise WrongState
        check_bid(order.price_rule, fee_fen)
        now = clock.now()
        money.close_payments(ref=order.no)
        _set_fee(order, fee_fen)
        order.pay_by = now + PAY_WITHIN
        if not order.is_scheduled:
            # Paying moves the promise by as long as it took since the order was made.
            order.promised_at = order.created_at + timedelta(minutes=minutes)
        save_transition(order, "accept_bid", actor=actor, role="customer", data={"fen": fee_fen})
        payment = money.start_payment(
            key=f"order:{order.no}:bid:{order.version}", ref=order.no, purpose="order", user=actor,
            campus=order.campus, amount=order.total_fen, gateway=gateway, expires_at=order.pay_by, actor=actor,
        )  # fmt: skip
        if payment.status == Payment.Status.PAID:
            mark_paid(order_no=order.no, payment=payment)
    return payment


def undo_bid(*, order: Order, actor: Actor) -> Order:
    """Whose price was taken does not want it any more: nothing is to be paid, and couriers are asked again, as long as
    they would have been, and at least for as long as paying may take. What is paid all the same comes back (`mark_paid`).
    """
    with lock_order(order.pk) as order:
        if order.status != Status.PENDING_PAYMENT or order.bids_until is None:
            raise WrongState
        money.close_payments(ref=order.no)
        _set_fee(order, 0)
        order.bids_until = max(order.bids_until, clock.now() + PAY_WITHIN)
        order.pay_by = order.bids_until + PAY_WITHIN
        save_transition(order, "undo_bid", actor=actor, role="courier", event=BidsWanted)
    return order


def _set_fee(order: Order, fee_fen: int) -> None:
    """What the courier asks, in place of what another one did; 0 for no price."""
    rest = [line for line in order.lines if line["code"] != "bid"]
    order.lines = [Line("bid", fee_fen).as_json(), *rest] if fee_fen else rest
    order.total_fen += fee_fen - order.fee_fen
    order.fee_fen = fee_fen
    order.courier_fen = percent_of(fee_fen, order.price_rule.courier_percent)
