"""What is paid to make somebody whole, borne by whom the ruling names; and what a courier has to give back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock, outbox
from core.db import for_update
from core.errors import Invalid
from core.money import yuan
from payments.events import PayClawedBack
from payments.models import Account, Entry, Reason, Sale, Transfer
from payments.services.ledger import (
    account,
    balance,
    find_transfer,
    key_of_another,
    lock_accounts,
    refuse_reused_key,
    transfer,
)

Kind = Account.Kind
PLATFORM, COURIER, MERCHANT, CUSTOMER, INSURANCE, ORDER = (
    "platform", "courier", "merchant", "customer", "insurance", "order"
)  # fmt: skip
_PAY = (Kind.COURIER_EARNINGS, Kind.COURIER_WITHDRAWABLE)
# What counts as earned with an order, or as taken from it since.
_OF_THE_PAY = (
    Reason.COURIER_FEE,
    Reason.BONUS,
    Reason.COMPENSATION,
    Reason.REFUND,
    Reason.CLAWBACK,
)


@transaction.atomic
def compensate(
    *,
    key: str,
    ref: str,
    user,
    campus,
    amount: int,
    borne_by: str | Mapping[str, int] = PLATFORM,
    courier_user=None,
    customer=None,
    actor: Actor = None,
    note: str = "",
    now: datetime | None = None,
) -> Transfer:
    """Pay `amount` fen into somebody's wallet.

    `borne_by` names who bears it: one of "platform", "courier" (needs `courier_user`), "customer" (needs `customer`),
    "merchant" (who sold the goods), "insurance"; or several, with the fen of each, which add up to the amount. A courier
    pays at most what is left of what this order earned them, a merchant what the sale brought and has not been settled,
    a customer from what is held for the order and then from the wallet. What they cannot pay the platform does.
    """
    if amount <= 0:
        raise Invalid(_("There is nothing to pay."))
    shares = _shares(amount, borne_by)
    wallet = account(Kind.WALLET, user=user)
    sale = for_update(_unsettled(ref)).first() if MERCHANT in shares else None
    owners = _pots_of(shares, ref=ref, campus=campus, courier_user=courier_user, customer=customer, sale=sale)
    accounts = {payer: [account(kind, **owner) for kind, owner in own] for payer, own in owners.items()}
    # The lock comes before the look: who asks twice at once must see what the first one did, and tell it once.
    fresh = lock_accounts([wallet, *(payer_account for own in accounts.values() for payer_account in own)])
    done = find_transfer(key)
    if key_of_another(done, reason=Reason.COMPENSATION, ref=ref, gaining=wallet, amount=amount):
        refuse_reused_key()
    if done:
        return done
    moves = []
    for payer, own in accounts.items():
        left = _at_most(payer, shares[payer], ref=ref, courier_user=courier_user, sale=sale)
        if payer == MERCHANT and sale:
            sale.charged_fen += left
            sale.save(update_fields=["charged_fen"])
        for payer_account in own:
            part = min(max(fresh[payer_account.pk].balance, 0), left) if payer_account.guarded else left
            moves.append((payer_account, -part))
            left -= part
    rest = amount + sum(fen for _pot, fen in moves)
    made = transfer(
        key=key,
        reason=Reason.COMPENSATION,
        ref=ref,
        moves=[*moves, (account(Kind.PLATFORM_COMPENSATION, campus=campus), -rest), (wallet, amount)],
        actor=actor,
        note=note,
        now=now,
    )
    return made


def quote_allocation(
    *,
    ref: str,
    campus,
    amount: int,
    borne_by: str | Mapping[str, int] = PLATFORM,
    courier_user=None,
    customer=None,
) -> dict[str, int]:
    """Who would pay how many fen if `compensate` were called now: what they cannot pay stands with the platform."""
    shares = _shares(amount, borne_by)
    sale = _unsettled(ref).first() if MERCHANT in shares else None
    owners = _pots_of(shares, ref=ref, campus=campus, courier_user=courier_user, customer=customer, sale=sale)
    parts = {}
    for payer, own in owners.items():
        most = _at_most(payer, shares[payer], ref=ref, courier_user=courier_user, sale=sale)
        if payer in (COURIER, CUSTOMER):
            most = min(most, sum(max(balance(kind, **owner), 0) for kind, owner in own))
        parts[payer] = most
    parts[PLATFORM] = amount - sum(parts.values())
    return {payer: fen for payer, fen in parts.items() if fen}


_PAYER = {
    Kind.PLATFORM_COMPENSATION: PLATFORM,
    Kind.COURIER_EARNINGS: COURIER,
    Kind.COURIER_WITHDRAWABLE: COURIER,
    Kind.MERCHANT_PAYABLE: MERCHANT,
    Kind.INSURANCE: INSURANCE,
    Kind.WALLET: CUSTOMER,
    Kind.ESCROW: ORDER,
}


def cost_allocation(transfers: Iterable[Transfer]) -> dict[str, int]:
    """Who bore how many fen of these compensations or refunds, as they are booked; "order" is what was held for it."""
    taken = Entry.objects.filter(transfer__in=list(transfers), amount__lt=0)
    parts: Counter[str] = Counter()
    for kind, fen in taken.values_list("account__kind", "amount"):
        parts[_PAYER[Kind(kind)]] -= fen
    return dict(parts)


def _shares(amount: int, borne_by: str | Mapping[str, int]) -> dict[str, int]:
    shares = {borne_by: amount} if isinstance(borne_by, str) else dict(borne_by)
    if not set(shares) <= {PLATFORM, COURIER, MERCHANT, CUSTOMER, INSURANCE}:
        raise ValueError(f"nobody by that name pays: {borne_by!r}")
    if sum(shares.values()) != amount or min(shares.values()) <= 0:
        raise ValueError(f"these shares do not make {amount} fen: {shares}")
    return shares


def _unsettled(ref: str):
    return Sale.objects.filter(ref=ref, settlement__isnull=True).select_related("merchant")


def _at_most(payer: str, share: int, *, ref: str, courier_user, sale: Sale | None) -> int:
    """Wages of other orders are not touched, nor is what a merchant sold in them."""
    if payer == COURIER:
        return min(share, courier_share(ref=ref, courier_user=courier_user))
    return min(share, sale.net_fen) if payer == MERCHANT and sale else share


def _pots_of(shares, *, ref: str, campus, courier_user, customer, sale) -> dict[str, list[tuple[str, dict]]]:
    """Each payer's accounts (kind and owner) but the platform's, in the order in which they are emptied."""
    accounts: dict[str, list[tuple[str, dict]]] = {}
    if COURIER in shares:
        if courier_user is None:
            raise ValueError("which courier?")
        accounts[COURIER] = [(kind, {"user": courier_user}) for kind in _PAY]
    if MERCHANT in shares and sale:
        accounts[MERCHANT] = [(Kind.MERCHANT_PAYABLE, {"merchant": sale.merchant})]
    if CUSTOMER in shares:
        if customer is None:
            raise ValueError("which customer?")
        accounts[CUSTOMER] = [(Kind.ESCROW, {"ref": ref}), (Kind.WALLET, {"user": customer})]
    if INSURANCE in shares:
        accounts[INSURANCE] = [(Kind.INSURANCE, {"campus": campus})]
    return accounts


@transaction.atomic
def claw_back(
    *,
    key: str,
    ref: str,
    campus,
    courier_user,
    amount: int,
    actor: Actor,
    note: str,
    now: datetime | None = None,
) -> Transfer:
    """Take `amount` fen of what an order earned a courier back, for the platform that had paid for the damage.

    Raises Invalid beyond what is left of that order's pay, or of the courier's money here: what was paid out is gone,
    and other orders' wages are not touched.
    """
    if amount <= 0:
        raise Invalid(_("There is nothing to pay."))
    if not note.strip():
        raise Invalid(_("Say why, as the courier will read it."))
    held, free = (account(kind, user=courier_user) for kind in _PAY)
    fund = account(Kind.PLATFORM_COMPENSATION, campus=campus)
    fresh = lock_accounts([held, free])
    done = find_transfer(key)
    if key_of_another(done, reason=Reason.CLAWBACK, ref=ref, gaining=fund, amount=amount):
        refuse_reused_key()
    if done:
        return done
    most = min(
        courier_share(ref=ref, courier_user=courier_user), fresh[held.pk].balance + fresh[free.pk].balance
    )
    if amount > most:
        raise Invalid(_("At most %(most)s of this order's pay is left.") % {"most": yuan(most)})
    from_held = min(fresh[held.pk].balance, amount)
    made = transfer(
        key=key,
        reason=Reason.CLAWBACK,
        ref=ref,
        moves=[(held, -from_held), (free, from_held - amount), (fund, amount)],
        actor=actor,
        note=note.strip(),
        now=now or clock.now(),
    )
    outbox.emit(PayClawedBack(transfer=made.pk, ref=ref, user=courier_user.pk, amount=amount))
    return made


def courier_share(*, ref: str, courier_user) -> int:
    """The most that a courier can be made to pay for an order: fee and bonus earned with it, less what was paid."""
    return max(
        Entry.objects.filter(
            transfer__ref=ref,
            transfer__reason__in=_OF_THE_PAY,
            account__user=courier_user,
            account__kind__in=_PAY,
        ).aggregate(fen=Sum("amount"))["fen"]
        or 0,
        0,
    )
