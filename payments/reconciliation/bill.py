"""A gateway's bill against our books: whatever one side has and the other has not, or has otherwise.

Only reads. A bill lists what was paid and refunded there between two moments. A payment that was started before the
first or booked after the last may stand in the neighbour's bill, so its absence says nothing: two days at a time, each
night, look at every payment whole.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from payments.gateways import Line
from payments.models import Account, Entry, ManualRefund, Payment, Reason, Refund, Transfer, Withdrawal
from payments.reconciliation.faults import Fault, Kind

PAYING = (Reason.PAY_ORDER, Reason.PAY_TIP, Reason.PAY_GOODS, Reason.PAY_CHANGE, Reason.TOPUP)


CONFIRMED = Q(status=ManualRefund.Status.CONFIRMED)
BY_HAND = Q(manual__status=ManualRefund.Status.CONFIRMED)  # of refunds: the gateway's bill has none of these


def compare(*, gateway: str, lines: Iterable[Line], since: datetime, until: datetime) -> list[Fault]:
    """What a gateway's bill and our books do not agree about, sorted."""
    told = Counter(lines)
    numbers = {kind: {line.no for line in told if line.kind == kind} for kind in Line.KINDS}
    payments = Payment.objects.filter(gateway=gateway, status=Payment.Status.PAID)
    refunds = Refund.objects.filter(payment__gateway=gateway).select_related("payment")
    booked = {(Line.PAY, p.no): (p.amount, p.ref) for p in payments.filter(no__in=numbers[Line.PAY])}
    # One on its way may have arrived there already: only what nobody here ever asked for is strange.
    booked |= {
        (Line.REFUND, r.no): (r.amount, r.payment.ref) for r in refunds.filter(no__in=numbers[Line.REFUND])
    }
    unpaid = dict(Payment.objects.filter(no__in=numbers[Line.PAY]).values_list("no", "ref"))
    by_hand = set(refunds.filter(BY_HAND, no__in=numbers[Line.REFUND]).values_list("no", flat=True))
    several = Counter((line.kind, line.no) for line in told)
    found = []
    for line, times in told.items():
        ours, ref = booked.get((line.kind, line.no), (None, unpaid.get(line.no, "")))
        if times > 1:
            found.append(Fault(Kind.DOUBLE, line.no, line.fen * (times - 1), ref))
        if line.kind == Line.REFUND and line.no in by_hand:
            found.append(Fault(Kind.DOUBLE, line.no, line.fen, ref))
        if ours is None:
            found.append(Fault(Kind.MISSING_HERE, line.no, line.fen, ref))
        elif ours != line.fen and several[line.kind, line.no] > 1:
            found.append(Fault(Kind.DOUBLE, line.no, line.fen, ref))
        elif ours != line.fen:
            found.append(Fault(Kind.WRONG_AMOUNT, line.no, line.fen - ours, ref))

    whole = payments.filter(created_at__gte=since, paid_at__lt=until)
    back = refunds.filter(status=Refund.Status.DONE, created_at__gte=since, done_at__lt=until).exclude(
        BY_HAND
    )
    found += [
        Fault(Kind.MISSING_THERE, p.no, p.amount, p.ref) for p in whole if p.no not in numbers[Line.PAY]
    ]
    found += [
        Fault(Kind.MISSING_THERE, r.no, r.amount, r.payment.ref)
        for r in back
        if r.no not in numbers[Line.REFUND]
    ]
    return sorted(found + wrongly_booked(gateway=gateway, since=since, until=until))


def wrongly_booked(*, gateway: str, since: datetime, until: datetime) -> list[Fault]:
    """Payments and refunds of that time whose transfer is not there, is there twice, or moved the money elsewhere; and
    what moved in the gateway's own account without either."""
    payments = list(
        Payment.objects.filter(
            gateway=gateway, status=Payment.Status.PAID, paid_at__gte=since, paid_at__lt=until
        )
    )
    refunds = list(
        Refund.objects.filter(
            payment__gateway=gateway, status=Refund.Status.DONE, done_at__gte=since, done_at__lt=until
        ).select_related("payment")
    )
    manual = {one.refund_id: one for one in ManualRefund.objects.filter(CONFIRMED, refund__in=refunds)}
    # key of the transfer → (number, amount, order, where the money should have come from and gone to)
    expected = {f"payment:{p.no}": (p.no, p.amount, p.ref, *_ends(p)) for p in payments}
    if gateway == Payment.Gateway.WALLET:
        expected |= {
            f"refund:{r.no}": (r.no, r.amount, r.payment.ref, "", _wallet(r.payment)) for r in refunds
        }
    else:
        clearing, gateway_account = (
            f"{Account.Kind.REFUND_CLEARING}:{gateway}",
            f"{Account.Kind.GATEWAY}:{gateway}",
        )
        for r in refunds:
            if one := manual.get(r.pk):
                to_wallet = one.way == ManualRefund.Way.WALLET
                taker = _wallet(r.payment) if to_wallet else f"{Account.Kind.GATEWAY}:bank"
                expected[f"refund-by-hand:{r.no}"] = (r.no, r.amount, r.payment.ref, clearing, taker)
            else:
                expected[f"refund-sent:{r.no}"] = (r.no, r.amount, r.payment.ref, clearing, gateway_account)
    made = {
        transfer.key: {entry.account.code: entry.amount for entry in transfer.entries.all()}
        for transfer in Transfer.objects.filter(key__in=expected).prefetch_related("entries__account")
    }
    found = []
    for key, (no, fen, ref, giver, taker) in expected.items():
        entries = made.get(key)
        if entries is None:
            found.append(Fault(Kind.MISSING_HERE, no, fen, ref))
        elif taker not in entries or (giver and giver not in entries):
            found.append(Fault(Kind.WRONG_PAYEE, no, fen, ref))
        elif entries[taker] != fen:
            found.append(Fault(Kind.WRONG_AMOUNT, no, fen - entries[taker], ref))
    return found + _beside(gateway, set(expected), payments, since, until)


def _ends(payment: Payment) -> tuple[str, str]:
    """(from, to): the codes of the accounts between which a payment moves its money."""
    wallet = _wallet(payment)
    source = (
        wallet if payment.gateway == Payment.Gateway.WALLET else f"{Account.Kind.GATEWAY}:{payment.gateway}"
    )
    topup = payment.purpose == Payment.Purpose.TOPUP
    return source, wallet if topup else f"{Account.Kind.ESCROW}:{payment.ref}"


def _wallet(payment: Payment) -> str:
    return f"{Account.Kind.WALLET}:{payment.user_id}"


def _beside(
    gateway: str, expected: set[str], payments: list[Payment], since: datetime, until: datetime
) -> list[Fault]:
    """Transfers that moved a payment's money once more, or the gateway's money for no payment and no refund."""
    numbers = {p.no: p for p in payments}
    again = Transfer.objects.filter(note__in=numbers, reason__in=PAYING).exclude(key__in=expected)
    found = [
        Fault(Kind.DOUBLE, t.note, numbers[t.note].amount, t.ref, words=t.key) for t in again.order_by("pk")
    ]
    seen = {fault.words for fault in found}
    moved = Entry.objects.filter(
        account__code=f"{Account.Kind.GATEWAY}:{gateway}",
        transfer__created_at__gte=since,
        transfer__created_at__lt=until,
    ).select_related("transfer")
    known = Payment.objects.filter(gateway=gateway, status=Payment.Status.PAID).values_list("no", flat=True)
    sent = Refund.objects.filter(payment__gateway=gateway, status=Refund.Status.DONE)
    paid_out = Withdrawal.objects.filter(channel=gateway, status=Withdrawal.Status.PAID)
    for entry in moved.exclude(transfer__key__in=expected | seen).order_by("pk"):
        key = entry.transfer.key
        head, _colon, no = key.partition(":")
        # Booked under its name, but counted to a neighbouring time.
        if head == "payment" and known.filter(no=no).exists():
            continue
        if head == "refund-sent" and sent.filter(no=no).exists():
            continue
        if head == Reason.WITHDRAWAL_PAID and paid_out.filter(no=no).exists():
            continue
        found.append(Fault(Kind.MISSING_THERE, key, -entry.amount, entry.transfer.ref))
    return found
