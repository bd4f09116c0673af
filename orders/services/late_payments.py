"""Payments that arrive when nobody waits for them any more: they go back at once."""

import payments.services as money
from payments.models import Payment, Refund

# Of the key of a refund; the number of the payment that came too late follows.
LATE = "late:"


def send_back(payment: Payment) -> None:
    """Refund the whole of it. Idempotent."""
    money.refund(
        key=f"{LATE}{payment.no}",
        ref=payment.ref,
        amount=payment.amount,
        reason=Refund.Reason.LATE_PAYMENT,
        actor=None,
    )


def sent_back(order_no: str) -> set[str]:
    """The numbers of the order's payments that were sent back so."""
    refunds = Refund.objects.filter(payment__ref=order_no, key__startswith=LATE)
    return {key.removeprefix(LATE) for key in refunds.values_list("key", flat=True)}
