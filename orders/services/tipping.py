"""Tips: while the order is under way, and as a thank-you afterwards. All of it is the courier's who comes to the door."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

import payments.services as money
from accounts.models import User
from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from core.money import yuan
from orders.events import TipAdded
from orders.lifecycle import courier_of, lock_order, save_transition
from orders.models import Order, Status
from orders.services.completion import start_complaint_window
from orders.services.late_payments import send_back
from payments.models import Payment

MAX_TIP_FEN = 10_000
PAY_WITHIN = timedelta(minutes=15)
# So long after the delivery one may still say thank you.
TIP_AFTERWARDS = timedelta(days=7)


def may_tip(order: Order, now: datetime | None = None) -> bool:
    """Whether a tip may be given: on the way to the door, and for a week after the delivery."""
    if order.status in (Status.DELIVERED, Status.COMPLETED):
        return order.delivered_at is not None and (now or clock.now()) <= order.delivered_at + TIP_AFTERWARDS
    return order.status in (Status.PLACED, Status.ACCEPTED, Status.PICKED_UP, Status.AT_RELAY)


def add_tip(*, order: Order, actor: User, amount: int, gateway: str, key: str) -> Payment:
    """Start the payment of a tip; it counts when it is paid. Idempotent by `key`."""
    if order.customer_id != actor.pk:
        raise NotAllowed
    if not 0 < amount <= MAX_TIP_FEN:
        raise Invalid(_("A tip is between ¥0.01 and %(most)s.") % {"most": yuan(MAX_TIP_FEN)})
    if not may_tip(order):
        raise WrongState
    payment = money.start_payment(
        key=f"tip:{order.no}:{key}", ref=order.no, purpose="tip", user=actor, campus=order.campus, amount=amount,
        gateway=gateway, expires_at=clock.now() + PAY_WITHIN, actor=actor,
    )  # fmt: skip
    return payment


def apply_tip(*, order_no: str, payment: Payment) -> None:
    """A tip has been paid. After the delivery it is booked to the courier at once; it comes back if the order ended in
    another way meanwhile."""
    pk = Order.objects.only("pk").get(no=order_no).pk
    with lock_order(pk) as order:
        courier = courier_of(order) if order.delivered_at else None
        if not (order.is_live or courier):
            send_back(payment)
            return
        order.tip_fen += payment.amount
        order.total_fen += payment.amount
        order.lines = [*order.lines, {"code": "tip", "fen": payment.amount, "params": {}}]
        if courier:
            money.pay_out_delivery(
                key=f"tip:{payment.no}", ref=order.no, campus=order.campus, courier_user=courier,
                courier_fen=payment.amount, platform_fen=0, actor=order.customer,
            )  # fmt: skip
            if order.closed_at:
                start_complaint_window(order)
        save_transition(
            order, "tip", actor=order.customer, role="customer", event=TipAdded,
            data={"fen": payment.amount},
        )  # fmt: skip
