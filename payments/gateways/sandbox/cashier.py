"""What happens at the sandbox cashier's counter: a customer pays a bill, and the cashier tells us so."""

import hashlib
import hmac
import json

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from core import clock
from core.db import for_update
from core.ids import new_no
from payments.gateways.base import GatewayError
from payments.models import SandboxBill


def _key() -> bytes:
    return salted_hmac(
        "payments.sandbox", "callback", secret=settings.SECRET_KEY, algorithm="sha256"
    ).digest()


def sign(timestamp: str, nonce: str, body: bytes) -> str:
    """The signature of a callback, in hex."""
    message = b"\n".join([timestamp.encode(), nonce.encode(), body])
    return hmac.new(_key(), message, hashlib.sha256).hexdigest()


def check_open() -> None:
    """Raises GatewayError while the sandbox is closed."""
    if not settings.SANDBOX:
        raise GatewayError("the sandbox is closed: SANDBOX=1 opens it")


@transaction.atomic
def pay_bill(bill_no: str) -> SandboxBill:
    """The customer pays at the cashier. Idempotent; GatewayError when the bill is closed or has run out."""
    check_open()
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
