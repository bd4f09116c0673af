"""What the payments app itself does when money has moved."""

from core.events import subscribe
from payments import notices
from payments.events import (
    ComplaintOpened,
    ComplaintReplyFailed,
    ManualRefundProposed,
    PayClawedBack,
    PaymentReceived,
    RefundArrived,
    WithdrawalMoved,
    WithdrawalWaits,
)
from payments.models import Complaint, ComplaintReply, ManualRefund, Payment, Refund, Transfer, Withdrawal


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


@subscribe(ComplaintOpened)
def tell_of_complaint(event: ComplaintOpened) -> None:
    """Notify finance of a complaint that belongs to no order: nobody else hears of it."""
    one = Complaint.objects.select_related("payment").get(pk=event.complaint)
    if one.payment is None or one.payment.purpose == Payment.Purpose.TOPUP:
        notices.complaint_of_no_order(one)


@subscribe(ComplaintReplyFailed)
def tell_of_lost_reply(event: ComplaintReplyFailed) -> None:
    """Notify finance that a provider does not take our answer."""
    found = ComplaintReply.objects.select_related("complaint__payment")
    notices.complaint_reply_failed(found.get(pk=event.reply))


@subscribe(WithdrawalMoved)
def tell_of_withdrawal(event: WithdrawalMoved) -> None:
    """Notify the person of how it ended; what they did themselves they know."""
    if event.status in notices.WITHDRAWN:
        notices.withdrawal_ended(Withdrawal.objects.select_related("user").get(pk=event.withdrawal))
