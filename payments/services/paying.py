"""Payments: from a customer to an order's escrow, or to the customer's wallet (a top-up)."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock, outbox, realtime
from core.db import for_update, for_update_skip_locked
from core.errors import Invalid, WrongState
from payments import gateways
from payments.events import PaymentReceived
from payments.models import Account, Payment, Reason
from payments.services.ledger import account, balance, transfer

logger = logging.getLogger(__name__)

Kind = Account.Kind
Purpose = Payment.Purpose
FIRST_QUERY = timedelta(seconds=60)
TOP_UP_WITHIN = timedelta(minutes=30)
_PAYABLE = (gateways.BillStatus.UNKNOWN, gateways.BillStatus.OPEN)
_REASON = {
    Purpose.ORDER: Reason.PAY_ORDER,
    Purpose.TIP: Reason.PAY_TIP,
    Purpose.GOODS: Reason.PAY_GOODS,
    Purpose.CHANGE: Reason.PAY_CHANGE,
    Purpose.TOPUP: Reason.TOPUP,
}


@transaction.atomic
def start_payment(
    *,
    key: str,
    ref: str,
    purpose: str,
    user,
    campus,
    amount: int,
    gateway: str,
    expires_at: datetime | None = None,
    actor: Actor = None,
    now: datetime | None = None,
) -> Payment:
    """Ask `user` for `amount` fen. The wallet pays at once (Invalid when it is too low); any other gateway waits
    for its customer on its own page (`payments:cashier`), and nothing outside is called from here.

    The same key gives the first payment back; with another amount, ref or purpose it raises Invalid.
    """
    now = now or clock.now()
    if amount <= 0:
        raise Invalid(_("There is nothing to pay."))
    if purpose == Purpose.TOPUP and gateway == Payment.Gateway.WALLET:
        raise Invalid(_("A wallet cannot be topped up from itself."))
    asked = {"ref": ref, "purpose": purpose, "user_id": user.pk, "amount": amount, "gateway": gateway}
    if first := Payment.objects.filter(key=key).first():
        return _same(first, asked)
    if gateway not in gateways.offered():
        raise Invalid(_("This way to pay is not offered."))
    if gateway == Payment.Gateway.WALLET and balance(Kind.WALLET, user=user) < amount:
        raise Invalid(
            _("Your wallet does not hold enough. Top it up or pay another way."), code="balance_short"
        )
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                **asked,
                key=key,
                campus=campus,
                created_at=now,
                expires_at=expires_at,
                query_at=None if gateway == Payment.Gateway.WALLET else now + FIRST_QUERY,
            )
    except IntegrityError:
        return _same(Payment.objects.get(key=key), asked)
    if gateway == Payment.Gateway.WALLET:
        _settle(payment, gateway_no=payment.no, actor=actor, now=now)
    return payment


def _check_wallet(user, amount: int) -> None:
    """A clear word in time; what counts is the ledger's own refusal of an overdraft."""
    if balance(Kind.WALLET, user=user) < amount:
        raise Invalid(
            _("Your wallet does not hold enough. Top it up or pay another way."), code="balance_short"
        )


def _same(first: Payment, asked: dict) -> Payment:
    if any(getattr(first, name) != value for name, value in asked.items()):
        raise Invalid(_("This request was already used for something else."), code="key_reused")
    return first


@transaction.atomic
def settle_payment(*, payment_no: str, amount: int, gateway_no: str, now: datetime | None = None) -> Payment:
    """The gateway has the money: book it and tell whoever asked for it (`payments.paid`).

    Only to be called with what a verified callback or a query said. Idempotent. Another amount, or a second
    payment of the same bill, raises Invalid. Money for what is dead by now is booked all the same: the one who
    asked for it gives it back.
    """
    payment = for_update(Payment.objects.filter(no=payment_no)).first()
    if payment is None:
        raise Invalid(_("There is no such payment."), code="unknown_payment")
    if amount != payment.amount:
        raise Invalid(_("The amount paid is not the amount asked for."), code="wrong_amount")
    if payment.status == Payment.Status.PAID:
        if payment.gateway_no != gateway_no:
            raise Invalid(_("This payment has been settled under another number."), code="paid_twice")
        return payment
    _settle(payment, gateway_no=gateway_no, actor=None, now=now or clock.now())
    return payment


def _settle(payment: Payment, *, gateway_no: str, actor: Actor, now: datetime) -> None:
    wallet = account(Kind.WALLET, user=payment.user)
    if payment.gateway == Payment.Gateway.WALLET:
        source = wallet
    else:
        source = account(Kind.GATEWAY, gateway=payment.gateway)
    target = wallet if payment.purpose == Purpose.TOPUP else account(Kind.ESCROW, ref=payment.ref)
    transfer(
        key=f"payment:{payment.no}",
        reason=_REASON[Purpose(payment.purpose)],
        ref=payment.ref,
        moves=[(source, -payment.amount), (target, payment.amount)],
        actor=actor or payment.user,
        note=payment.no,
        now=now,
    )
    payment.settle(gateway_no, now=now)
    payment.save(update_fields=["status", "gateway_no", "paid_at", "query_at"])
    _told(payment)
    outbox.emit(
        PaymentReceived(payment=payment.pk, ref=payment.ref, purpose=payment.purpose, user=payment.user_id)
    )


def _told(payment: Payment) -> None:
    """The pay page and the cashier of this payment look again."""
    realtime.broadcast(f"user.{payment.user_id}", "payment", id=payment.no, v=1)


@transaction.atomic
def close_payments(*, ref: str, purpose: str = "", now: datetime | None = None) -> int:
    """Close what is still waited for under `ref`, or only what is for that purpose; the sweep tells the gateways. Returns
    how many."""
    pending = Payment.objects.filter(ref=ref, status=Payment.Status.PENDING)
    waiting = for_update(pending.filter(purpose=purpose) if purpose else pending)
    count = 0
    for payment in waiting:
        _close(payment, now or clock.now())
        count += 1
    return count


def _close(payment: Payment, now: datetime) -> None:
    payment.close(now=now)
    if payment.gateway == Payment.Gateway.WALLET:
        payment.query_at = None
    payment.save(update_fields=["status", "query_at"])
    _told(payment)


def switch_gateway(*, payment: Payment, gateway: str, actor: Actor, now: datetime | None = None) -> Payment:
    """Pay the same thing another way: the old payment is closed (at its gateway first), a new one is started.

    Not to be called inside a transaction: it talks to the gateway. Returns the old payment when it turns out to
    have been paid, or can still be paid at that gateway.
    """
    if payment.status == Payment.Status.PAID:
        return payment
    if gateway == Payment.Gateway.WALLET:
        _check_wallet(payment.user, payment.amount)  # before the bill is closed for good
    if payment.gateway == gateway and ask_gateway(payment) in _PAYABLE:
        return payment
    ask_gateway(payment, close=True)
    with transaction.atomic():
        now = now or clock.now()
        payment = for_update(Payment.objects.filter(pk=payment.pk)).get()
        if payment.status == Payment.Status.PAID:
            return payment
        if payment.status != Payment.Status.PENDING or (payment.expires_at and payment.expires_at <= now):
            raise WrongState(_("The time to pay has run out."))
        new = start_payment(
            key=f"{payment.no}>{gateway}",
            ref=payment.ref,
            purpose=payment.purpose,
            user=payment.user,
            campus=payment.campus,
            amount=payment.amount,
            gateway=gateway,
            expires_at=payment.expires_at,
            actor=actor,
            now=now,
        )
        _close(payment, now)
    return new


def ask_gateway(payment: Payment, *, close: bool = False) -> gateways.BillStatus:
    """Ask the gateway what became of a payment and book it if it was paid; with `close`, end it there else.

    The gateway is outside: never call this in a transaction.
    """
    gateway = gateways.get(payment.gateway)
    bill = gateway.close(payment) if close else gateway.query(payment)
    if bill.status == gateways.BillStatus.PAID:
        settle_payment(payment_no=payment.no, amount=bill.amount, gateway_no=bill.no)
    return bill.status


def query_stuck(now: datetime | None = None, batch: int = 100) -> int:
    """Ask the gateways about payments that should have been answered by now. Returns how many were asked.

    Finds payments whose callback was lost, ends those whose time has run out, and tells the gateways of what
    was closed here.
    """
    now = now or clock.now()
    with transaction.atomic():
        due = Payment.objects.filter(query_at__lte=now).order_by("query_at")
        asked = list(for_update_skip_locked(due)[:batch])
        for payment in asked:  # the next time is set before asking: a process that dies only loses a round
            payment.queries = min(payment.queries + 1, 1000)
            payment.query_at = now + FIRST_QUERY * min(2 ** min(payment.queries, 6), 60)
            payment.save(update_fields=["queries", "query_at"])
    for payment in asked:
        over = payment.status == Payment.Status.CLOSED or (
            payment.expires_at is not None and payment.expires_at <= now
        )
        try:
            ask_gateway(payment, close=over)
        except (gateways.GatewayError, Invalid):
            logger.exception("payment %s could not be asked about", payment.no)
            continue
        if over:
            _end(payment, now)
    return len(asked)


def _end(payment: Payment, now: datetime) -> None:
    with transaction.atomic():
        payment = for_update(Payment.objects.filter(pk=payment.pk)).get()
        if payment.status == Payment.Status.PENDING:
            payment.close(now=now)
        payment.query_at = None
        payment.save(update_fields=["status", "query_at"])
        _told(payment)
