"""Our own books against themselves: promises that do not hold, money left over, and what is stuck. Only reads."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from payments import ledger_constraints
from payments.models import Account, Entry, Payment, Refund, Transfer, Withdrawal
from payments.reconciliation.bill import PAYING
from payments.reconciliation.faults import Fault, Kind

STUCK_PAYMENT = timedelta(hours=1)  # after its time to pay has run out
STUCK_REFUND = timedelta(days=3)
SETTLES_WITHIN = timedelta(hours=1)  # an order that has just ended may still be giving back

_finished: list[Callable[[Collection[str]], set[str]]] = []


def frees_escrow(function: Callable[[Collection[str]], set[str]]) -> Callable:
    """Register who knows that an order is over: a function from order numbers to those of them that are final and
    that nothing unsettled holds. Nothing may be left in their escrow."""
    _finished.append(function)
    return function


def invariant_violations() -> list[Fault]:
    """Every promise of the ledger that does not hold. Reads the whole ledger."""
    return [
        *(
            Fault(Kind.UNGUARDED, name, 0, words=f"the database lacks {name}")
            for name in ledger_constraints.missing(connection)
        ),
        *_transfers(),
        *_accounts(),
        *_payments(),
        *_on_the_way(),
    ]


def _transfers() -> list[Fault]:
    odd = Transfer.objects.annotate(fen=Coalesce(Sum("entries__amount"), 0), n=Count("entries")).filter(
        ~Q(fen=0) | Q(n__lt=2)
    )
    return [
        Fault(
            Kind.UNBALANCED, t.key, t.fen, t.ref,
            words=f"transfer {t.key} has {t.n} entries that add up to {t.fen} fen",
        )
        for t in odd
    ]  # fmt: skip


def _accounts() -> list[Fault]:
    booked = (
        Entry.objects.filter(account=OuterRef("pk"))
        .values("account")
        .annotate(fen=Sum("amount"))
        .values("fen")
    )
    off = Account.objects.annotate(booked=Coalesce(Subquery(booked), 0)).exclude(booked=F("balance"))
    below = Account.objects.filter(guarded=True, balance__lt=0)
    return [
        Fault(
            Kind.BALANCE, a.code, a.balance - a.booked, a.ref,
            words=f"account {a.code} keeps {a.balance} fen, its entries make {a.booked}",
        )
        for a in off
    ] + [
        Fault(Kind.OVERDRAWN, a.code, a.balance, a.ref, words=f"account {a.code} is below zero: {a.balance} fen")
        for a in below
    ]  # fmt: skip


def _payments() -> list[Fault]:
    sent = (
        Refund.objects.filter(payment=OuterRef("pk"))
        .values("payment")
        .annotate(fen=Sum("amount"))
        .values("fen")
    )
    uneven = Payment.objects.annotate(sent=Coalesce(Subquery(sent), 0)).exclude(sent=F("refunded"))
    found = [
        Fault(
            Kind.REFUNDED, p.no, p.refunded - p.sent, p.ref,
            words=f"payment {p.no} counts {p.refunded} fen refunded, its refunds make {p.sent}",
        )
        for p in uneven
    ]  # fmt: skip
    paid = dict(
        Transfer.objects.filter(reason__in=PAYING)
        .exclude(ref="")
        .values("ref")
        .annotate(fen=Sum("entries__amount", filter=Q(entries__amount__gt=0)))
        .values_list("ref", "fen")
    )
    asked = dict(
        Payment.objects.filter(status=Payment.Status.PAID)
        .values("ref")
        .annotate(fen=Sum("amount"))
        .values_list("ref", "fen")
    )
    for ref in sorted(paid.keys() | asked.keys()):
        here, there = paid.get(ref) or 0, asked.get(ref, 0)
        if here != there:
            words = f"{ref}: payments make {there} fen, the ledger has {here}"
            found.append(Fault(Kind.PAID, ref, there - here, ref, words))
    return found


def _on_the_way() -> list[Fault]:
    waiting = dict(
        Refund.objects.exclude(status=Refund.Status.DONE)
        .values("payment__gateway")
        .annotate(fen=Sum("amount"))
        .values_list("payment__gateway", "fen")
    )
    asked_for = dict(
        Withdrawal.objects.filter(status__in=Withdrawal.ON_THE_WAY)
        .values("channel")
        .annotate(fen=Sum("amount"))
        .values_list("channel", "fen")
    )
    clearing, withdrawals = Account.Kind.REFUND_CLEARING, Account.Kind.WITHDRAWALS
    expected = {f"{clearing}:{gateway}": waiting.get(gateway, 0) for gateway in Payment.Gateway.values}
    expected |= {f"{withdrawals}:{way}": asked_for.get(way, 0) for way in Withdrawal.Channel.values}
    held = dict(Account.objects.filter(code__in=expected).values_list("code", "balance"))
    return [
        Fault(
            Kind.ON_THE_WAY, code, fen - held.get(code, 0),
            words=f"what is on its way makes {fen} fen, {code} holds {held.get(code, 0)}",
        )
        for code, fen in expected.items()
        if held.get(code, 0) != fen
    ]  # fmt: skip


def escrow_left(now: datetime) -> list[Fault]:
    """Orders that are over and still hold money."""
    held = Account.objects.filter(kind=Account.Kind.ESCROW).exclude(balance=0)
    moving = Entry.objects.filter(account__in=held, transfer__created_at__gt=now - SETTLES_WITHIN)
    still = held.exclude(pk__in=moving.values("account")).order_by("pk")
    balances = dict(still.values_list("ref", "balance"))
    over = set().union(*(function(list(balances)) for function in _finished)) if balances else set()
    return sorted(Fault(Kind.ESCROW_LEFT, ref, balances[ref], ref) for ref in over & balances.keys())


def stuck_payments(now: datetime):
    """Payments (a queryset) that should have ended: nobody, here or at the gateway, has said how."""
    return Payment.objects.filter(query_at__isnull=False, expires_at__lt=now - STUCK_PAYMENT)


def stuck_refunds(now: datetime):
    """Refunds (a queryset) that were given up, or have been on their way for days."""
    slow = Q(status=Refund.Status.QUEUED, created_at__lt=now - STUCK_REFUND)
    return Refund.objects.filter(Q(status=Refund.Status.FAILED) | slow).select_related("payment")


def stuck(now: datetime) -> list[Fault]:
    return sorted(
        [Fault(Kind.STUCK_PAYMENT, p.no, p.amount, p.ref) for p in stuck_payments(now)]
        + [Fault(Kind.STUCK_REFUND, r.no, r.amount, r.payment.ref) for r in stuck_refunds(now)]
    )
