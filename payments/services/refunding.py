"""Refunds: money goes back the way it came."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from accounts.models import Actor, User
from core import clock, outbox
from core.db import for_update, for_update_skip_locked
from core.errors import Invalid, WrongState
from core.money import yuan
from payments import gateways
from payments.events import RefundArrived, RefundFailed
from payments.models import Account, Payment, Reason, Refund, Transfer
from payments.services.ledger import account, find_transfer, lock_accounts, refuse_reused_key, transfer

logger = logging.getLogger(__name__)

Kind = Account.Kind
MAX_ATTEMPTS = 8


@transaction.atomic
def refund(
    *,
    key: str,
    ref: str,
    amount: int,
    reason: Refund.Reason,
    actor: Actor = None,
    source: str = "escrow",
    now: datetime | None = None,
) -> list[Refund]:
    """Give `amount` fen of what was paid for `ref` back, the newest payment first, each by the way it came.

    `source` says whose money it is: "escrow" (what is held for the order), "platform", or "courier:<user id>"
    (what that courier has earned, on hold first). Wallet refunds are done at once; the others leave their source
    at once and are sent by `send_refunds`. Never more than was paid, however many ask at the same time: that
    raises Invalid, as does a source that is too low.
    """
    now = now or clock.now()
    if amount <= 0:
        raise Invalid(_("There is nothing to refund."))
    payments = list(for_update(Payment.objects.filter(ref=ref, status=Payment.Status.PAID)))
    if done := list(Refund.objects.filter(key=key).select_related("payment").order_by("pk")):
        if sum(r.amount for r in done) != amount or done[0].payment.ref != ref:
            refuse_reused_key()
        return done
    left = sum(p.amount - p.refunded for p in payments)
    if amount > left:
        raise Invalid(
            _("Only %(left)s of it can still be refunded.") % {"left": yuan(left)}, code="over_paid"
        )
    return _spread(payments, amount, key=key, reason=reason, source=source, actor=actor, now=now)


def transfers_of(refunds: Iterable[Refund]) -> list[Transfer]:
    """The ledger's transfers by which these refunds left where the money was."""
    return list(Transfer.objects.filter(key__in=[_key(one) for one in refunds]).order_by("pk"))


def _key(made: Refund) -> str:
    return f"refund:{made.no}"


@transaction.atomic
def refund_held(
    *,
    key: str,
    ref: str,
    campus,
    amount: int,
    reason: Refund.Reason,
    back: int | None = None,
    actor: Actor = None,
    now: datetime | None = None,
) -> int:
    """Give `amount` fen that is held for `ref` back to the customer. Returns what they get: `back`, or else as much
    as was paid and has not gone back yet.

    The rest an operator has given back before, on the platform's account while the order was under way: it goes to the
    platform. Idempotent.
    """
    payments = list(for_update(Payment.objects.filter(ref=ref, status=Payment.Status.PAID)))
    done = list(Refund.objects.filter(key=key).values_list("amount", flat=True))
    if done or find_transfer(f"{key}:advanced"):
        return sum(done)
    back = min(amount if back is None else back, sum(p.amount - p.refunded for p in payments))
    if back:
        refund(key=key, ref=ref, amount=back, reason=reason, actor=actor, now=now)
    if advanced := amount - back:
        transfer(
            key=f"{key}:advanced",
            reason=Reason.REFUND,
            ref=ref,
            moves=[
                (account(Kind.ESCROW, ref=ref), -advanced),
                (account(Kind.PLATFORM_COMPENSATION, campus=campus), advanced),
            ],
            actor=actor,
            now=now,
        )
    return back


@transaction.atomic
def return_top_ups(
    *, key: str, user, amount: int, actor: Actor = None, now: datetime | None = None
) -> list[Refund]:
    """Send `amount` fen of a wallet back by the way it was topped up, the newest top-up first.

    Raises Invalid beyond what is in the wallet or was topped up and has not gone back yet. The same key gives the
    first refunds back.
    """
    now = now or clock.now()
    if amount <= 0:
        raise Invalid(_("There is nothing to pay."))
    payments = list(for_update(top_ups_of(user)))
    if done := list(Refund.objects.filter(key=key).select_related("payment").order_by("pk")):
        if sum(r.amount for r in done) != amount or done[0].payment.user_id != user.pk:
            refuse_reused_key()
        return done
    left = sum(p.amount - p.refunded for p in payments)
    if amount > left:
        raise Invalid(
            _("Only %(left)s can go back the way it came.") % {"left": yuan(left)}, code="over_paid"
        )
    return _spread(
        payments,
        amount,
        key=key,
        reason=Refund.Reason.WALLET_RETURN,
        source="wallet",
        actor=actor or user,
        now=now,
    )


def top_ups_of(user) -> QuerySet[Payment]:
    """This person's top-ups of which something has not gone back yet."""
    return Payment.objects.filter(
        user=user, purpose=Payment.Purpose.TOPUP, status=Payment.Status.PAID, refunded__lt=F("amount")
    )


def _spread(payments: list[Payment], amount: int, **how) -> list[Refund]:
    """`amount` fen over these payments, the newest first."""
    made = []
    for payment in reversed(payments):
        if part := min(payment.amount - payment.refunded, amount):
            made.append(_refund_one(payment, part, **how))
            amount -= part
    return made


def _refund_one(
    payment: Payment,
    amount: int,
    *,
    key: str,
    reason: Refund.Reason,
    source: str,
    actor: Actor,
    now: datetime,
) -> Refund:
    payment.refunded += amount
    payment.save(update_fields=["refunded"])
    made = Refund.objects.create(
        payment=payment, key=key, amount=amount, reason=reason, created_at=now, next_try_at=now
    )
    at_once = payment.gateway == Payment.Gateway.WALLET
    target = (
        account(Kind.WALLET, user=payment.user)
        if at_once
        else account(Kind.REFUND_CLEARING, gateway=payment.gateway)
    )
    transfer(
        key=_key(made),
        reason=Reason.TOPUP_BACK if source == "wallet" else Reason.REFUND,
        ref=payment.ref,
        moves=[*_taken_from(source, payment, amount, target), (target, amount)],
        actor=actor,
        note=made.no,
        now=now,
    )
    if at_once:
        finish_refund(made, now)
    return made


def _taken_from(source: str, payment: Payment, amount: int, target: Account) -> list[tuple[Account, int]]:
    kind, _colon, owner = source.partition(":")
    if kind == "escrow":
        return [(account(Kind.ESCROW, ref=payment.ref), -amount)]
    if kind == "wallet":
        return [(account(Kind.WALLET, user=payment.user), -amount)]
    if kind == "platform":
        return [(account(Kind.PLATFORM_COMPENSATION, campus=payment.campus), -amount)]
    if kind == "courier":
        courier = get_user_model().objects.get(pk=int(owner))
        held = account(Kind.COURIER_EARNINGS, user=courier)
        free = account(Kind.COURIER_WITHDRAWABLE, user=courier)
        first = min(lock_accounts([target, held, free])[held.pk].balance, amount)
        return [(held, -first), (free, first - amount)]
    raise ValueError(f"no such source of a refund: {source!r}")


def finish_refund(made: Refund, now: datetime) -> None:
    """Its money is with the customer: write it down and say so. The caller holds its row's lock and has booked it."""
    made.finish(now=now)
    made.save(update_fields=["status", "done_at", "next_try_at", "error"])
    payment = made.payment
    outbox.emit(
        RefundArrived(
            refund=made.pk,
            payment=payment.pk,
            ref=payment.ref,
            user=payment.user_id,
            amount=made.amount,
            gateway=payment.gateway,
        )
    )


def send_refunds(now: datetime | None = None, batch: int = 50) -> int:
    """Send queued refunds to their gateways. Claim, commit, send, book: each may be repeated without harm, because
    the gateway knows a refund by its number. Returns how many arrived.
    """
    now = now or clock.now()
    with transaction.atomic():
        due = Refund.objects.filter(status=Refund.Status.QUEUED, next_try_at__lte=now).order_by("next_try_at")
        ours = list(for_update_skip_locked(due).select_related("payment")[:batch])
        for one in ours:
            one.attempts += 1
            one.next_try_at = now + timedelta(seconds=min(10 * 2 ** min(one.attempts, 9), 3600))
            one.save(update_fields=["attempts", "next_try_at"])
    return sum(_send(one, now) for one in ours)


def _send(one: Refund, now: datetime) -> bool:
    gateway = gateways.get(one.payment.gateway)
    error = ""
    try:
        # Sent before? Then it is asked first what became of it.
        arrived = (one.attempts > 1 and gateway.query_refund(one)) or gateway.refund(one)
    except gateways.GatewayError as problem:
        arrived, error = False, str(problem)
        logger.warning("refund %s was not taken: %s", one.no, problem)
    with transaction.atomic():
        one = for_update(Refund.objects.filter(pk=one.pk).select_related("payment")).get()
        if one.status != Refund.Status.QUEUED:
            return False
        if arrived:
            _arrive(one, now)
            return True
        one.error = error[:200]
        if error and one.attempts >= MAX_ATTEMPTS:  # one that is on its way may take the bank's days
            one.give_up()
            outbox.emit(RefundFailed(refund=one.pk, ref=one.payment.ref, user=one.payment.user_id))
        one.save(update_fields=["status", "error", "next_try_at"])
    return False


def _arrive(one: Refund, now: datetime) -> None:
    transfer(
        key=f"refund-sent:{one.no}",
        reason=Reason.REFUND_SENT,
        ref=one.payment.ref,
        moves=[
            (account(Kind.REFUND_CLEARING, gateway=one.payment.gateway), -one.amount),
            (account(Kind.GATEWAY, gateway=one.payment.gateway), one.amount),
        ],
        note=one.no,
        now=now,
    )
    finish_refund(one, now)


def ask_refund(one: Refund, *, now: datetime | None = None) -> bool:
    """Ask the gateway whether a refund, even one that was given up, has arrived, and book it if so.

    The gateway is outside: never call this in a transaction.
    """
    try:
        arrived = gateways.get(one.payment.gateway).query_refund(one)
    except gateways.GatewayError as problem:
        logger.warning("refund %s could not be asked about: %s", one.no, problem)
        return False
    if arrived:
        with transaction.atomic():
            one = for_update(Refund.objects.filter(pk=one.pk).select_related("payment")).get()
            if one.status != Refund.Status.DONE:
                _arrive(one, now or clock.now())
    return arrived


@transaction.atomic
def retry_refund(*, refund: Refund, actor: User, now: datetime | None = None) -> Refund:
    """Send a refund that was given up again (a person in finance has looked at it)."""
    one = for_update(Refund.objects.filter(pk=refund.pk)).get()
    if one.manual.filter(status="proposed").exists():
        raise WrongState(_("It waits for a second person to confirm that it is paid by hand."))
    try:
        one.retry(now=now)
    except TransitionNotAllowed as error:
        raise WrongState from error
    one.save(update_fields=["status", "attempts", "next_try_at"])
    logger.info("refund %s is sent again by %s", one.no, actor.pk)
    return one
