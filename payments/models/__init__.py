"""Double-entry money in integer fen, and the payments and refunds that cross a gateway.

Sign: an account's balance is what the platform owes its owner (a liability). Gateway clearing and the
platform's cost accounts therefore run negative: money that others hold for us or that we have spent.
The sum over all accounts is always zero.
"""

from payments.models.complaints import Complaint, ComplaintReply
from payments.models.ledger import Account, Entry, Reason, Transfer
from payments.models.manual_refunds import ManualRefund
from payments.models.paying import GatewayNotice, Payment, Refund
from payments.models.payouts import Withdrawal
from payments.models.reconciliation import Discrepancy, Reconciliation, Scope
from payments.models.sandbox import SandboxBill, SandboxRefund, SandboxTransfer
from payments.models.settling import Sale, Settlement

__all__ = [
    "Account",
    "Complaint",
    "ComplaintReply",
    "Discrepancy",
    "Entry",
    "GatewayNotice",
    "ManualRefund",
    "Payment",
    "Reason",
    "Reconciliation",
    "Refund",
    "Sale",
    "SandboxBill",
    "SandboxRefund",
    "SandboxTransfer",
    "Scope",
    "Settlement",
    "Transfer",
    "Withdrawal",
]
