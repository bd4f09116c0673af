"""What can be read about money."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from core import clock
from payments.models import Account, Entry, Payment, Reason, Refund, Transfer, Withdrawal
from payments.reconciliation.books import invariant_violations
from payments.services.compensating import courier_share

Kind = Account.Kind


@dataclass(frozen=True)
class TrailRow:
    """One sentence of an order's money: `text` says what moved and from whom to whom, `fen` how much."""

    at: datetime
    text: str
    fen: int
    note: str = ""
    actor: str = ""
    waiting: bool = False


def ledger_trail(ref: str) -> list[TrailRow]:
    """An order's money as one readable story, oldest first; last what is still on its way."""
    transfers = (
        Transfer.objects.filter(ref=ref)
        .select_related("actor")
        .prefetch_related("entries__account__user", "entries__account__merchant")
        .order_by("id")
    )
    rows = [row for transfer in transfers for row in _sentences(transfer)]
    for payment in Payment.objects.filter(ref=ref).exclude(status=Payment.Status.PAID).order_by("id"):
        text = _("Payment by %(gateway)s: %(status)s") % {
            "gateway": payment.get_gateway_display(),
            "status": payment.get_status_display(),
        }
        waiting = payment.status == Payment.Status.PENDING
        rows.append(TrailRow(payment.created_at, text, payment.amount, payment.no, waiting=waiting))
    on_the_way = Refund.objects.filter(payment__ref=ref).exclude(status=Refund.Status.DONE)
    for refund in on_the_way.select_related("payment").order_by("id"):
        text = _("Refund by %(gateway)s: %(status)s") % {
            "gateway": refund.payment.get_gateway_display(),
            "status": refund.get_status_display(),
        }
        rows.append(TrailRow(refund.created_at, text, refund.amount, refund.error or refund.no, waiting=True))
    return rows


@dataclass(frozen=True)
class Share:
    """What one account gave to an order (below zero) or has of it (above zero), in fen."""

    who: str
    fen: int


def shares(ref: str) -> list[Share]:
    """Where an order's money came from and where it is now. Adds up to nothing: every fen is somewhere."""
    moved = (
        Entry.objects.filter(transfer__ref=ref)
        .values("account")
        .annotate(fen=Sum("amount"))
        .exclude(fen=0)
        .order_by("fen")
    )
    accounts = Account.objects.select_related("user", "merchant").in_bulk([row["account"] for row in moved])
    return [Share(_owner(accounts[row["account"]]), row["fen"]) for row in moved]


def couriers_of(ref: str) -> list[tuple[int, str, int]]:
    """Who earned something with an order: (user's pk, name, what is left of that pay in fen)."""
    earned = Account.objects.filter(
        kind__in=[Kind.COURIER_EARNINGS, Kind.COURIER_WITHDRAWABLE], entries__transfer__ref=ref
    )
    users = {account.user_id: account.user for account in earned.select_related("user").distinct()}
    left = ((user, courier_share(ref=ref, courier_user=user)) for user in users.values())
    return [(user.pk, user.display_name, fen) for user, fen in left if fen]


def _sentences(transfer: Transfer) -> Iterator[TrailRow]:
    entries = sorted(transfer.entries.all(), key=lambda entry: entry.amount)
    givers = [entry for entry in entries if entry.amount < 0]
    takers = [entry for entry in entries if entry.amount > 0]
    # One giver (the usual case) gives one sentence per taker, several givers one per giver.
    for entry in takers if len(givers) == 1 else givers:
        here, there = (givers[:1], [entry]) if entry.amount > 0 else ([entry], takers)
        yield TrailRow(
            transfer.created_at,
            _("%(what)s: %(from)s → %(to)s")
            % {
                "what": transfer.get_reason_display(),
                "from": "、".join(_owner(e.account) for e in here),
                "to": "、".join(_owner(e.account) for e in there),
            },
            abs(entry.amount),
            transfer.note,
            str(transfer.actor or ""),
        )


def _owner(account: Account) -> str:
    name = account.get_kind_display()
    owner = account.user or account.merchant
    return f"{name} ({owner})" if owner else name


def wallet_entries(user) -> QuerySet[Entry]:
    """What went in and out of a person's wallet, newest first; `entry.transfer` is at hand."""
    return (
        Entry.objects.filter(account__code=f"{Kind.WALLET}:{user.pk}")
        .select_related("transfer")
        .order_by("-id")
    )


def waiting_payment(user, ref: str) -> Payment | None:
    """The newest payment of this person that is still waited for under `ref`."""
    return (
        Payment.objects.filter(user=user, ref=ref, status=Payment.Status.PENDING)
        .select_related("user", "campus")
        .order_by("-id")
        .first()
    )


def paid_and_back(ref: str) -> tuple[int, int]:
    """What has been paid for `ref` in all, and what of it has gone back, in fen."""
    paid = Payment.objects.filter(ref=ref, status=Payment.Status.PAID)
    sums = paid.aggregate(paid=Sum("amount", default=0), back=Sum("refunded", default=0))
    return sums["paid"], sums["back"]


def still_paid(ref: str) -> int:
    """What has been paid for `ref` and has not been given back, in fen."""
    paid, back = paid_and_back(ref)
    return paid - back


def repaid_fen(ref: str) -> int:
    """What couriers have had back of what they paid for the goods of `ref`, in fen."""
    back = Entry.objects.filter(transfer__ref=ref, transfer__reason=Reason.GOODS_REPAID, amount__gt=0)
    return back.aggregate(fen=Sum("amount"))["fen"] or 0


def last_payment(user, ref: str) -> Payment | None:
    return Payment.objects.filter(user=user, ref=ref).order_by("-id").first()


def refunds_of(ref: str) -> QuerySet[Refund]:
    """What went back, or is on its way back, of what was paid for `ref`; the earliest first, with `payment`."""
    return Refund.objects.filter(payment__ref=ref).select_related("payment").order_by("created_at", "pk")


@dataclass(frozen=True)
class Receipt:
    """What a person paid for `ref` and what came back to them. Sums in fen."""

    payments: list[Payment]
    refunds: list[Refund]
    compensations: list[Entry]  # in the wallet, with `transfer`

    @property
    def paid_fen(self) -> int:
        return sum(payment.amount for payment in self.payments)

    @property
    def back_fen(self) -> int:
        return sum(one.amount for one in (*self.refunds, *self.compensations))

    @property
    def cost_fen(self) -> int:
        """What it came to in the end."""
        return self.paid_fen - self.back_fen


def receipt_of(user, ref: str) -> Receipt:
    """Three queries."""
    paid = Payment.objects.filter(user=user, ref=ref, status=Payment.Status.PAID).order_by("paid_at", "pk")
    given = Entry.objects.filter(
        account__user=user, account__kind=Kind.WALLET, transfer__ref=ref, transfer__reason=Reason.COMPENSATION,
        amount__gt=0,
    )  # fmt: skip
    return Receipt(list(paid), list(refunds_of(ref)), list(given.select_related("transfer").order_by("pk")))


def refunds_on_the_way(user) -> QuerySet[Refund]:
    """Refunds of this person that have not arrived yet."""
    return Refund.objects.filter(payment__user=user).exclude(status=Refund.Status.DONE).order_by("id")


def returned_top_ups(user) -> QuerySet[Refund]:
    """What went back from this person's wallet the way it had been topped up, the newest first."""
    return (
        Refund.objects.filter(payment__user=user, reason=Refund.Reason.WALLET_RETURN)
        .select_related("payment")
        .order_by("-id")
    )


def known_payees(user, most: int = 3) -> list[Withdrawal]:
    """The accounts that this person had money paid to, each by the last withdrawal to it, the newest first."""
    seen: dict[tuple, Withdrawal] = {}
    for one in Withdrawal.objects.filter(user=user).order_by("-id")[:50]:
        seen.setdefault((one.channel, one.holder, one.account_no, one.bank), one)
    return list(seen.values())[:most]


# What one may call one's own money, in the order in which it is shown.
OWN = (Kind.WALLET, Kind.COURIER_WITHDRAWABLE, Kind.COURIER_EARNINGS)


def statement(user, month: date) -> QuerySet[Entry]:
    """Everything that moved on a person's own accounts in the month of this day (local time), newest first."""
    start = clock.midnight(month.replace(day=1))
    end = clock.midnight(date(month.year + month.month // 12, month.month % 12 + 1, 1))
    return (
        Entry.objects.filter(
            account__user=user,
            account__kind__in=OWN,
            transfer__created_at__gte=start,
            transfer__created_at__lt=end,
        )
        .select_related("transfer", "account")
        .order_by("-id")
    )


def check_ledger() -> list[str]:
    """Every promise of the ledger that does not hold, one sentence each; empty when all is well.

    Reads the whole ledger: for tests and the replay. The nightly check keeps the same as findings.
    """
    return [fault.words for fault in invariant_violations()]
