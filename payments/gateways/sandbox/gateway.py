"""The sandbox cashier: a payment provider that lives beside us and moves no real money.

It behaves as a real one would: it keeps its own bills, shows its own page, tells us of a payment by a signed
callback that may get lost, and answers queries and refunds from its own books. The signature is HMAC-SHA256 over
time, nonce and body, with a key that only it and we hold.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.db import for_update
from core.ids import new_no
from payments.gateways.base import (
    AccountNumber,
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
from payments.gateways.sandbox import bill as bill_table
from payments.gateways.sandbox.cashier import check_open, sign
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


class SandboxGateway(Gateway):
    name = Payment.Gateway.SANDBOX
    title, hint = _("Sandbox cashier"), _("For trying out: no real money moves")
    is_real = False
    account_number = AccountNumber(r"[A-Za-z0-9]{4,20}", _("Enter 4 to 20 letters or digits."))
    has_pages = True

    @property
    def configured(self) -> bool:
        return settings.SANDBOX

    def create(self, payment: Payment, customer: Customer | None = None) -> str:
        check_open()
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
        return bill_table.write(
            [Line(Line.PAY, no, fen) for no, fen in paid.values_list("payment_no", "amount")]
            + [Line(Line.REFUND, no, fen) for no, fen in back.values_list("refund_no", "amount")]
        )

    def read_bill(self, file: bytes) -> list[Line]:
        return bill_table.read(file)

    def can_transfer(self, withdrawal: Withdrawal) -> bool:
        return True

    def transfer(self, withdrawal: Withdrawal) -> Transferred:
        """Pays everybody but accounts that end in 0000: an account there is closed."""
        check_open()
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


def _answer(bill: SandboxBill | None) -> Bill:
    """What the cashier knows of a bill. While the sandbox is closed none counts as paid: it was no money."""
    if bill is None:
        return Bill(BillStatus.UNKNOWN)
    status = _STATUS[SandboxBill.Status(bill.status)]
    if status == BillStatus.PAID and not settings.SANDBOX:
        status = BillStatus.CLOSED
    return Bill(status, bill.amount, bill.no)


GATEWAY = SandboxGateway()
