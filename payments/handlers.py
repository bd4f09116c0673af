"""What the payments app itself does when money has moved."""

from core.events import subscribe
from payments import notices
from payments.events import (
    ManualRefundProposed,
    PayClawedBack,
    PaymentReceived,
    RefundArrived,
    WithdrawalMoved,
    WithdrawalWaits,
)
from payments.models import ManualRefund, Payment, Refund, Transfer, Withdrawal


@subscribe(PaymentReceived)
def tell_of_top_up(event: PaymentReceived) -> None:
    """Notify the person of a top-up."""
    payment = Payment.objects.select_related("user").get(pk=event.payment)
    if payment.purpose == Payment.Purpose.TOPUP:
        notices.topped_up(payment)


@subscribe(RefundArrived)
def tell_of_refund(event: RefundArrived) -> None:
    """Notify the customer, unless it went to the wallet: that was told at once by whoever made it."""
    refund = Refund.objects.select_related("payment__user").get(pk=event.refund)
    if refund.payment.gateway != Payment.Gateway.WALLET:
        notices.refund_arrived(refund)


@subscribe(ManualRefundProposed)
def ask_second_person(event: ManualRefundProposed) -> None:
    """Notify those who may confirm it."""
    found = ManualRefund.objects.select_related("refund__payment", "proposed_by")
    notices.manual_refund_proposed(found.get(pk=event.manual_refund))


@subscribe(PayClawedBack)
def tell_of_clawback(event: PayClawedBack) -> None:
    """Notify the courier."""
    notices.pay_taken_back(Transfer.objects.get(pk=event.transfer), event.user, event.amount)


@subscribe(WithdrawalWaits)
def tell_of_waiting_withdrawal(event: WithdrawalWaits) -> None:
    """Ask the person to confirm it."""
    one = Withdrawal.objects.select_related("user").get(pk=event.withdrawal)
    if one.confirm:
        notices.withdrawal_waits(one)


@subscribe(WithdrawalMoved)
def tell_of_withdrawal(event: WithdrawalMoved) -> None:
    """Notify the person of how it ended; what they did themselves they know."""
    if event.status in notices.WITHDRAWN:
        notices.withdrawal_ended(Withdrawal.objects.select_related("user").get(pk=event.withdrawal))
