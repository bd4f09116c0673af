"""The end of an order whose goods are gone for good."""

from dataclasses import dataclass

import payments.services as money
from accounts.models import Actor
from orders.events import OrderCancelled
from orders.lifecycle import lock_order, save_transition
from orders.models import Order, Status
from orders.services.completion import start_complaint_window
from orders.services.fulfilment import outlay_due, sell, spent
from payments.models import Refund
from payments.selectors import repaid_fen, still_paid


@dataclass(frozen=True)
class CourierCompensation:
    """What the courier who has the goods gets all the same; the outlay for goods too, unless it was repaid before."""

    courier_user: object
    fen: int
    bonus_fen: int = 0


@dataclass(frozen=True)
class WriteOff:
    """What ending it moves, in fen: `refund_fen` to the customer, of which the platform adds `added_fen` to what is
    left in escrow (negative: it gets back what it advanced); `paid_fen` from escrow to the courier."""

    held_fen: int
    refund_fen: int
    paid_fen: int

    @property
    def added_fen(self) -> int:
        return self.refund_fen - self.held_fen


def quote_write_off(
    order: Order, *, relayed_fen: int | None = None, compensation: CourierCompensation | None = None
) -> WriteOff:
    """What it would cost now. `relayed_fen`: the part of the fee that was booked for those who carried it so far."""
    gone = (relayed_fen or 0) + repaid_fen(order.no)
    if order.merchant_id:
        gone += spent(order)  # the shop has its money since the pickup
    paid = 0 if compensation is None else compensation.fen + outlay_due(order)
    back = min(order.total_fen, still_paid(order.no))
    return WriteOff(held_fen=order.total_fen - gone - paid, refund_fen=back, paid_fen=paid)


def write_off(
    *,
    order: Order,
    actor: Actor,
    reason: str = "",
    relayed_fen: int | None = None,
    compensation: CourierCompensation | None = None,
) -> Order:
    """Everything that the customer paid goes back, whoever has been paid out of it: that is the platform's loss."""
    with lock_order(order.pk) as order:
        source = order.status
        order.write_off()
        if source == Status.ACCEPTED:  # bought, and never said to be picked up
            sell(order, actor=actor)
        money.close_payments(ref=order.no)
        quote = quote_write_off(order, relayed_fen=relayed_fen, compensation=compensation)
        if compensation:
            money.pay_out_delivery(
                key=f"lost-pay:{order.no}", ref=order.no, campus=order.campus, courier_user=compensation.courier_user,
                courier_fen=compensation.fen, goods_fen=quote.paid_fen - compensation.fen, bonus_fen=compensation.bonus_fen, platform_fen=0,
                actor=actor,
            )  # fmt: skip
        money.refund_held(
            key=f"lost:{order.no}", ref=order.no, campus=order.campus, amount=quote.held_fen,
            back=min(quote.held_fen, quote.refund_fen), reason=Refund.Reason.GOODS_GONE, actor=actor,
        )  # fmt: skip
        if quote.added_fen > 0:
            money.refund(
                key=f"lost-rest:{order.no}", ref=order.no, amount=quote.added_fen, reason=Refund.Reason.GOODS_GONE, actor=actor,
                source="platform",
            )  # fmt: skip
        start_complaint_window(order)
        save_transition(
            order, "write_off", source=source, actor=actor, role="operator", reason=reason,
            event=OrderCancelled,
            data={"fee_fen": 0, "refund_fen": quote.refund_fen, "was": str(source), "by": "operator"},
        )  # fmt: skip
    return order
