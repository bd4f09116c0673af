"""Cancelling, with its price said before it is confirmed."""

from datetime import datetime

from django.utils.translation import gettext as _

import payments.services as money
from accounts.models import Actor
from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from core.money import yuan
from orders import pricing
from orders.events import OrderCancelled
from orders.lifecycle import courier_of, lock_order, save_transition
from orders.models import Order, Status
from orders.services.completion import start_complaint_window
from orders.services.fulfilment import drop_question
from payments.models import Refund
from payments.selectors import still_paid


def quote_cancellation(order: Order, now: datetime | None = None) -> pricing.CancelQuote:
    """What cancelling this order would cost now. What was given back before is not given twice."""
    return pricing.cancel_quote(
        rule=order.price_rule,
        status=order.status,
        total_fen=min(order.total_fen, still_paid(order.no)),
        fee_fen=order.fee_fen,
        accepted_at=order.accepted_at,
        now=now or clock.now(),
    )


def cancel_order(
    *, order: Order, actor: Actor, role: str = "customer", reason: str = "", expected_fee_fen: int | None = None,
    free: bool = False,
) -> Order:  # fmt: skip
    """Cancel and refund. `expected_fee_fen` is the fee that was shown: if it has risen, nothing happens.

    `free` (operators, for a cause the customer did not make) waives the fee.
    """
    with lock_order(order.pk) as order:
        if role == "customer" and (actor is None or order.customer_id != actor.pk):
            raise NotAllowed
        quote = quote_cancellation(order)
        if free:
            quote = pricing.CancelQuote(quote.paid_fen, 0, quote.reason)
        if expected_fee_fen is not None and quote.fee_fen > expected_fee_fen:
            raise Invalid(
                _("Cancelling now costs %(fee)s because the courier has set out. Please confirm again.")
                % {"fee": yuan(quote.fee_fen)},
                code="price_changed",
            )
        if order.goods_bought:
            raise WrongState(
                _(
                    "The goods are bought already. If you do not want them any more, please write to customer service."
                )
            )
        source = order.status
        order.cancel()
        drop_question(order)
        money.close_payments(ref=order.no)
        back = 0
        if source != Status.PENDING_PAYMENT:
            back = money.refund_held(
                key=f"cancel:{order.no}",
                ref=order.no,
                campus=order.campus,
                amount=order.total_fen - quote.fee_fen,
                back=quote.refund_fen,
                reason=Refund.Reason.CANCELLED,
                actor=actor,
            )
        if quote.fee_fen:
            money.pay_out_delivery(
                key=f"cancel-fee:{order.no}",
                ref=order.no,
                campus=order.campus,
                courier_user=courier_of(order),
                courier_fen=quote.fee_fen,
                platform_fen=0,
                actor=actor,
            )
            start_complaint_window(order)
        save_transition(
            order, "cancel", source=source, actor=actor, role=role, reason=reason, event=OrderCancelled,
            data={"fee_fen": quote.fee_fen, "refund_fen": back, "was": str(source), "by": role},
        )  # fmt: skip
    return order
