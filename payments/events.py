"""Events of money that has moved."""

from core.events import Event


class PaymentReceived(Event, name="payments.paid"):
    """A payment has arrived."""

    payment: int
    ref: str
    purpose: str
    user: int


class RefundArrived(Event, name="payments.refunded"):
    """A refund is with the customer."""

    refund: int
    payment: int
    ref: str
    user: int
    amount: int  # fen
    gateway: str


class RefundFailed(Event, name="payments.refund_failed"):
    """A gateway has refused a refund for good."""

    refund: int
    ref: str
    user: int


class ManualRefundProposed(Event, name="payments.manual_refund_proposed"):
    """Somebody says that a refund is paid by hand; a second person has to confirm it."""

    manual_refund: int


class PayClawedBack(Event, name="payments.clawed_back"):
    """What a courier had earned with an order was taken back."""

    transfer: int
    ref: str
    user: int
    amount: int  # fen


class WithdrawalWaits(Event, name="payments.withdrawal_waits"):
    """The provider asks the person to confirm their withdrawal."""

    withdrawal: int


class WithdrawalMoved(Event, name="payments.withdrawal_moved"):
    """A withdrawal was approved, refused, paid, or has failed."""

    withdrawal: int
    status: str


class ComplaintOpened(Event, name="payments.complaint_opened"):
    """A customer has complained at the provider by which they paid, or goes on with it (`again`)."""

    complaint: int
    ref: str  # of the payment, empty where nobody knows it
    again: bool


class ComplaintEnded(Event, name="payments.complaint_ended"):
    """Such a complaint is over, says the provider."""

    complaint: int
    ref: str
    again: bool


class ComplaintReplyFailed(Event, name="payments.complaint_reply_failed"):
    """A provider does not take what we say to a complaint."""

    reply: int
    complaint: int


class DiscrepancyFound(Event, name="payments.discrepancy_found"):
    """A reconciliation has found something that was not known."""

    discrepancy: int
    kind: str
    ref: str
