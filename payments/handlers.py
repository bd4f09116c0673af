"""What the payments app itself does when money has moved."""

from core.outbox import on
from payments import notices
from payments.models import Payment, Refund, Transfer, Withdrawal


@on("payments.paid")
def tell_of_top_up(event: dict) -> None:
    payment = Payment.objects.select_related("user").get(pk=event["payment"])
    if payment.purpose == Payment.Purpose.TOPUP:
        notices.topped_up(payment)


@on("payments.refunded")
def tell_of_refund(event: dict) -> None:
    """A wallet refund is told by whoever made it, at once; the others arrive later."""
    refund = Refund.objects.select_related("payment__user").get(pk=event["refund"])
    if refund.payment.gateway != Payment.Gateway.WALLET:
        notices.refund_arrived(refund)


@on("payments.clawed_back")
def tell_of_clawback(event: dict) -> None:
    notices.pay_taken_back(Transfer.objects.get(pk=event["transfer"]), event["user"], event["amount"])


@on("payments.withdrawal_waits")
def tell_of_waiting_withdrawal(event: dict) -> None:
    one = Withdrawal.objects.select_related("user").get(pk=event["withdrawal"])
    if one.confirm:
        notices.withdrawal_waits(one)


@on("payments.withdrawal_moved")
def tell_of_withdrawal(event: dict) -> None:
    """How it ended; what the person did themselves they know."""
    if event["status"] in notices.WITHDRAWN:
        notices.withdrawal_ended(Withdrawal.objects.select_related("user").get(pk=event["withdrawal"]))
