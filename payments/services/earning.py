"""What couriers earn, and when they may have it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock
from core.errors import Invalid
from payments.models import Account, Entry, Reason, Transfer
from payments.services.ledger import (
    account,
    find_transfer,
    lock_accounts,
    refuse_reused_key,
    transfer,
)

Kind = Account.Kind


@transaction.atomic
def pay_out_delivery(
    *,
    key: str,
    ref: str,
    campus,
    courier_user,
    courier_fen: int,
    goods_fen: int = 0,
    bonus_fen: int = 0,
    platform_fen: int | None = None,
    actor: Actor = None,
    now: datetime | None = None,
) -> Transfer | None:
    """Empty an order's escrow: the courier's fee (tip included) and outlay for goods, the rest to the platform.
    `bonus_fen` comes from the platform on top. All of it stays on hold until `release_earnings`.

    `platform_fen` is the platform's share. What is held beyond it stays: money that has just been paid and that the
    order does not count yet (a tip, a second payment) is still to be taken up or given back. Without it all that is
    left is the platform's, so unspent goods budget must have been refunded before.
    Returns the transfer of the fee, None when there was nothing to move.
    """
    earned = account(Kind.COURIER_EARNINGS, user=courier_user)
    # The lock comes before the look: who asks twice at once must see what the first one did.
    escrow = lock_accounts([account(Kind.ESCROW, ref=ref)]).popitem()[1]
    keys = (key, f"{key}:goods", f"{key}:bonus")
    if first := next(filter(None, map(find_transfer, keys)), None):
        # Any of the three may be the one that paid the courier: the fee's transfer has no entry for a fee of nothing.
        to_courier = Entry.objects.filter(transfer__key__in=keys, account=earned)
        if first.ref != ref or (courier_fen + goods_fen + bonus_fen and not to_courier.exists()):
            refuse_reused_key()
        return first
    left = escrow.balance - courier_fen - goods_fen
    rest = left if platform_fen is None else platform_fen
    if not 0 <= rest <= left:
        raise Invalid(_("There is not enough money held for this order."), code="balance_short")
    common: dict[str, Any] = {"ref": ref, "actor": actor, "now": now or clock.now()}
    if goods_fen:
        transfer(
            key=f"{key}:goods",
            reason=Reason.GOODS_REPAID,
            moves=[(escrow, -goods_fen), (earned, goods_fen)],
            **common,
        )
    paid = None
    if courier_fen or rest:
        paid = transfer(
            key=key,
            reason=Reason.COURIER_FEE,
            moves=[
                (escrow, -courier_fen - rest),
                (earned, courier_fen),
                (account(Kind.PLATFORM_INCOME, campus=campus), rest),
            ],
            **common,
        )
    if bonus_fen:
        transfer(
            key=f"{key}:bonus",
            reason=Reason.BONUS,
            moves=[
                (account(Kind.PLATFORM_COMPENSATION, campus=campus), -bonus_fen),
                (earned, bonus_fen),
            ],
            **common,
        )
    return paid


@transaction.atomic
def release_earnings(
    *, key: str, ref: str, courier_user=None, actor: Actor = None, now: datetime | None = None
) -> list[Transfer]:
    """Let couriers withdraw what they still hold from `ref` (all of them, or one). Idempotent."""
    held = Entry.objects.filter(transfer__ref=ref, account__kind=Kind.COURIER_EARNINGS)
    if courier_user is not None:
        held = held.filter(account__user=courier_user)
    done = []
    for pk, user_pk, fen in held.values_list("account", "account__user").annotate(fen=Sum("amount")):
        held_account = lock_accounts([Account(pk=pk)])[pk]  # before the look, as in pay_out_delivery
        if first := find_transfer(f"{key}:{user_pk}"):
            done.append(first)
            continue
        fen = min(fen, held_account.balance)
        if fen > 0:
            free = account(Kind.COURIER_WITHDRAWABLE, user=held_account.user)
            done.append(
                transfer(
                    key=f"{key}:{user_pk}",
                    reason=Reason.EARNINGS_RELEASED,
                    ref=ref,
                    moves=[(held_account, -fen), (free, fen)],
                    actor=actor,
                    now=now,
                )
            )
    return done
