"""The ledger: accounts, and the movements between them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock, realtime
from core.db import for_update
from core.errors import Invalid
from payments.models import Account, Entry, Reason, Transfer

Kind = Account.Kind
Moves = Iterable[tuple[Account, int]]

# The order in which the accounts of a transfer are locked: an order's own account first, people's accounts next, the
# accounts that everyone shares last, so that these are held for the shortest time.
_RANK = {
    Kind.ESCROW: 0,
    Kind.WALLET: 1,
    Kind.COURIER_EARNINGS: 2,
    Kind.COURIER_WITHDRAWABLE: 3,
    Kind.MERCHANT_PAYABLE: 4,
}
_LOCK_ORDER = Case(
    *(When(kind=kind, then=Value(rank)) for kind, rank in _RANK.items()),
    default=Value(9),
    output_field=IntegerField(),
)


def account_code(
    kind: str, *, user=None, campus=None, merchant=None, ref: str = "", gateway: str = ""
) -> str:
    """The name of an account: its kind and its one owner, such as `wallet:17` or `escrow:K7Q2M9X1AB`."""
    pks = (owner.pk for owner in (user, campus, merchant) if owner)
    owners = [owner for owner in (*pks, ref, gateway) if owner]
    if len(owners) != 1:
        raise ValueError(f"an account of kind {kind} needs exactly one owner, not {owners}")
    return f"{kind}:{owners[0]}"


def account(kind: str, *, user=None, campus=None, merchant=None, ref: str = "", gateway: str = "") -> Account:
    """The account of that owner, made when it is needed for the first time."""
    code = account_code(kind, user=user, campus=campus, merchant=merchant, ref=ref, gateway=gateway)
    found, _made = Account.objects.get_or_create(
        code=code,
        defaults={
            "kind": kind,
            "user": user,
            "campus": campus,
            "merchant": merchant,
            "ref": ref,
            "guarded": kind in Account.GUARDED,
            "created_at": clock.now(),
        },
    )
    return found


def balance(kind: str, *, user=None, campus=None, merchant=None, ref: str = "", gateway: str = "") -> int:
    """What is in the account, in fen; 0 where there is no such account yet."""
    code = account_code(kind, user=user, campus=campus, merchant=merchant, ref=ref, gateway=gateway)
    return Account.objects.filter(code=code).values_list("balance", flat=True).first() or 0


def lock_accounts(accounts: Iterable[Account]) -> dict[int, Account]:
    """These accounts with fresh balances, locked until commit, always in the same order."""
    pks = [a.pk for a in accounts]
    rows = for_update(Account.objects.filter(pk__in=pks)).order_by(_LOCK_ORDER, "pk")
    return {row.pk: row for row in rows}


def find_transfer(key: str) -> Transfer | None:
    return Transfer.objects.filter(key=key).first()


@transaction.atomic
def transfer(
    *,
    key: str,
    reason: str,
    ref: str = "",
    moves: Moves,
    actor: Actor = None,
    note: str = "",
    now: datetime | None = None,
) -> Transfer:
    """Move money: each (account, fen) of `moves` is what that account gains; together they make zero.

    The same key with the same moves gives the first transfer back, with others it raises Invalid. So does an
    account that must not go below zero and would. ValueError for moves that are no transfer at all.
    """
    net: dict[int, int] = defaultdict(int)
    accounts = {}
    for moved, fen in moves:
        net[moved.pk] += fen
        accounts[moved.pk] = moved
    net = {pk: fen for pk, fen in net.items() if fen}
    if not net or sum(net.values(), 0):
        raise ValueError(f"moves of {key} do not make a transfer: {net}")
    if reason not in Reason.values:
        raise ValueError(f"unknown reason {reason!r}")
    if done := find_transfer(key):
        return _same(done, reason, ref, net)
    try:
        with transaction.atomic():
            made = Transfer.objects.create(
                key=key, reason=reason, ref=ref, actor=actor, note=note[:200], created_at=now or clock.now()
            )
    except IntegrityError:  # someone else has just made it, and has committed
        return _same(Transfer.objects.get(key=key), reason, ref, net)
    held = lock_accounts(accounts[pk] for pk in net)
    for pk, fen in net.items():
        if held[pk].guarded and held[pk].balance + fen < 0:
            raise Invalid(_("There is not enough money for that."), code="balance_short")
    # The database books them: see payments/ledger_constraints.py.
    Entry.objects.bulk_create(Entry(transfer=made, account_id=pk, amount=fen) for pk, fen in net.items())
    for pk in net:
        if held[pk].kind == Kind.WALLET:
            realtime.broadcast(f"user.{held[pk].user_id}", "wallet", id=str(held[pk].user_id), v=made.pk)
    return made


def _same(done: Transfer, reason: str, ref: str, net: dict[int, int]) -> Transfer:
    if (done.reason, done.ref) != (reason, ref) or dict(done.entries.values_list("account", "amount")) != net:
        raise Invalid(_("This request was already used for something else."), code="key_reused")
    return done


def key_of_another(done: Transfer | None, *, reason: str, ref: str, gaining: Account, amount: int) -> bool:
    """Whether a finished transfer under the same key differs in what was asked for: `gaining` gained `amount`."""
    return done is not None and (
        (done.reason, done.ref) != (reason, ref)
        or not done.entries.filter(account=gaining, amount=amount).exists()
    )


def refuse_reused_key() -> None:
    raise Invalid(_("This request was already used for something else."), code="key_reused")
