"""The sandbox cashier: a payment provider that lives beside us and moves no real money.

It behaves as a real one would: it keeps its own bills, shows its own page, tells us of a payment by a signed
callback that may get lost, and answers queries and refunds from its own books. The signature is HMAC-SHA256 over
time, nonce and body, with a key that only it and we hold.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from core import clock
from core.db import for_update
from core.ids import new_no
from payments.gateways import bills
from payments.gateways.base import (
    BadCallback,
    Bill,
    BillStatus,
    Callback,
    Customer,
    Gateway,
    GatewayError,
    Line,
    Transferred,
    TransferRefused,
)
from payments.models import (
    Payment,
    Refund,
    SandboxBill,
    SandboxRefund,
    SandboxTransfer,
    Withdrawal,
)

FRESH = timedelta(minutes=5)
_STATUS = {
    SandboxBill.Status.OPEN: BillStatus.OPEN,
    SandboxBill.Status.PAID: BillStatus.PAID,
    SandboxBill.Status.CLOSED: BillStatus.CLOSED,
}


def _key() -> bytes:
    return salted_hmac(
        "payments.sandbox", "callback", secret=settings.SECRET_KEY, algorithm="sha256"
    ).digest()


def sign(timestamp: str, nonce: str, body: bytes) -> str:
    """The signature of a callback, in hex."""
    message = b"\n".join([timestamp.encode(), nonce.encode(), body])
    return hmac.new(_key(), message, hashlib.sha256).hexdigest()


class SandboxGateway(Gateway):
    name = Payment.Gateway.SANDBOX

    @property
    def configured(self) -> bool:
        return settings.SANDBOX

    def create(self, payment: Payment, customer: Customer | None = None) -> str:
        _check_open()
        bill, _made = SandboxBill.objects.get_or_create(
            payment_no=payment.no,
            defaults={
                "no": new_no("SB", 14),
                "amount": payment.amount,
                "expires_at": payment.expires_at,
                "created_at": clock.now(),
            },
        )
        return reverse("payments:sandbox", args=[bill.no])

    def query(self, payment: Payment) -> Bill:
        return _answer(SandboxBill.objects.filter(payment_no=payment.no).first())

    @transaction.atomic
    def close(self, payment: Payment) -> Bill:
        bill = for_update(SandboxBill.objects.filter(payment_no=payment.no)).first()
        if bill and bill.status == SandboxBill.Status.OPEN:
            bill.status = SandboxBill.Status.CLOSED
            bill.save(update_fields=["status"])
        return _answer(bill)

    @transaction.atomic
    def refund(self, refund: Refund) -> bool:
        bill = for_update(SandboxBill.objects.filter(payment_no=refund.payment.no)).first()
        if bill is None or bill.status != SandboxBill.Status.PAID:
            raise GatewayError(f"no paid bill for {refund.payment.no}")
        if SandboxRefund.objects.filter(refund_no=refund.no).exists():
            return True
        if bill.refunded + refund.amount > bill.amount:
            raise GatewayError(f"bill {bill.no} has only {bill.amount - bill.refunded} left")
        bill.refunded += refund.amount
        bill.save(update_fields=["refunded"])
        SandboxRefund.objects.create(
            bill=bill, refund_no=refund.no, amount=refund.amount, created_at=clock.now()
        )
        return True

    def query_refund(self, refund: Refund) -> bool:
        return SandboxRefund.objects.filter(refund_no=refund.no).exists()

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        if not settings.SANDBOX:
            raise BadCallback("the sandbox is closed")
        timestamp = headers.get("X-Sandbox-Timestamp", "")
        nonce = headers.get("X-Sandbox-Nonce", "")
        signature = headers.get("X-Sandbox-Signature", "")
        if not nonce or len(nonce) > 64:
            raise BadCallback("no nonce")
        if not hmac.compare_digest(sign(timestamp, nonce, body).encode(), signature.encode()):
            raise BadCallback("wrong signature")
        try:
            age = abs(clock.now().timestamp() - int(timestamp))
            said = json.loads(body)
            callback = Callback(nonce, str(said["payment"]), str(said["bill"]), int(said["amount"]))
        except (ValueError, KeyError, TypeError):
            raise BadCallback("not readable") from None
        if age > FRESH.total_seconds():
            raise BadCallback("too old")
        return callback

    def download_bill(self, day: date) -> bytes:
        since = clock.midnight(day)
        until = clock.midnight(day + timedelta(days=1))
        paid = SandboxBill.objects.filter(paid_at__gte=since, paid_at__lt=until).order_by("pk")
        back = SandboxRefund.objects.filter(created_at__gte=since, created_at__lt=until).order_by("pk")
        return bills.write_sandbox(
            [Line(Line.PAY, no, fen) for no, fen in paid.values_list("payment_no", "amount")]
            + [Line(Line.REFUND, no, fen) for no, fen in back.values_list("refund_no", "amount")]
        )

    def read_bill(self, file: bytes) -> list[Line]:
        return bills.read_sandbox(file)

    def can_transfer(self, withdrawal: Withdrawal) -> bool:
        return True

    def transfer(self, withdrawal: Withdrawal) -> Transferred:
        """Pays everybody but accounts that end in 0000: an account there is closed."""
        _check_open()
        if withdrawal.account_no.endswith("0000"):
            raise TransferRefused("the account is closed")
        paid, _made = SandboxTransfer.objects.get_or_create(
            withdrawal_no=withdrawal.no,
            defaults={
                "account_no": withdrawal.account_no,
                "amount": withdrawal.amount,
                "created_at": clock.now(),
            },
        )
        return Transferred(f"ST{paid.pk}")

    def query_transfer(self, withdrawal: Withdrawal) -> Transferred | None:
        paid = SandboxTransfer.objects.filter(withdrawal_no=withdrawal.no).first()
        return Transferred(f"ST{paid.pk}") if paid else None


def _check_open() -> None:
    if not settings.SANDBOX:
        raise GatewayError("the sandbox is closed: SANDBOX=1 opens it")


def _answer(bill: SandboxBill | None) -> Bill:
    """What the cashier knows of a bill. While the sandbox is closed none counts as paid: it was no money."""
    if bill is None:
        return Bill(BillStatus.UNKNOWN)
    status = _STATUS[SandboxBill.Status(bill.status)]
    if status == BillStatus.PAID and not settings.SANDBOX:
        status = BillStatus.CLOSED
    return Bill(status, bill.amount, bill.no)


# -- What happens on the cashier's own page ----------------------------------------------------------------


@transaction.atomic
def pay_bill(bill_no: str) -> SandboxBill:
    """The customer pays at the cashier. Idempotent; GatewayError when the bill is closed or has run out."""
    _check_open()
    bill = for_update(SandboxBill.objects.filter(no=bill_no)).get()
    if bill.status == SandboxBill.Status.PAID:
        return bill
    if bill.status != SandboxBill.Status.OPEN or (bill.expires_at and bill.expires_at <= clock.now()):
        raise GatewayError("the bill is closed")
    bill.status, bill.paid_at = SandboxBill.Status.PAID, clock.now()
    bill.save(update_fields=["status", "paid_at"])
    return bill


def callback_of(bill: SandboxBill) -> tuple[dict[str, str], bytes]:
    """The (headers, body) with which the cashier tells of a paid bill; each telling has a nonce of its own."""
    body = json.dumps({"payment": bill.payment_no, "bill": bill.no, "amount": bill.amount}).encode()
    timestamp, nonce = str(int(clock.now().timestamp())), new_no(length=20)
    return {
        "X-Sandbox-Timestamp": timestamp,
        "X-Sandbox-Nonce": nonce,
        "X-Sandbox-Signature": sign(timestamp, nonce, body),
    }, body
