"""Every write of money. What these promise, and what they ask of their callers, is in docs/money.md."""

from payments.services.callbacks import take_callback
from payments.services.compensating import claw_back, compensate, cost_allocation, quote_allocation
from payments.services.complaints import (
    look_for_complaints,
    query_complaints,
    reply_to_complaint,
    send_complaint_replies,
    take_complaint,
    takes_answers,
)
from payments.services.earning import pay_out_delivery, release_earnings
from payments.services.ledger import account, balance, transfer
from payments.services.manual_refunds import (
    confirm_manual_refund,
    propose_manual_refund,
    reject_manual_refund,
)
from payments.services.paying import (
    TOP_UP_WITHIN,
    ask_gateway,
    close_payments,
    query_stuck,
    settle_payment,
    start_payment,
    switch_gateway,
)
from payments.services.refunding import (
    refund,
    refund_held,
    retry_refund,
    return_top_ups,
    send_refunds,
    transfers_of,
)
from payments.services.revealing import log_account_shown, reveal_account
from payments.services.settling import book_sale, release_sale, request_payout, settle_day
from payments.services.withdrawing import (
    Payee,
    approve_withdrawal,
    ask_again,
    book_failed,
    book_paid,
    cancel_withdrawal,
    refuse_withdrawal,
    request_withdrawal,
    send_withdrawals,
)

__all__ = [
    "TOP_UP_WITHIN",
    "Payee",
    "account",
    "approve_withdrawal",
    "ask_again",
    "ask_gateway",
    "balance",
    "book_failed",
    "book_paid",
    "book_sale",
    "cancel_withdrawal",
    "claw_back",
    "close_payments",
    "compensate",
    "confirm_manual_refund",
    "cost_allocation",
    "log_account_shown",
    "look_for_complaints",
    "pay_out_delivery",
    "propose_manual_refund",
    "query_complaints",
    "query_stuck",
    "quote_allocation",
    "refund",
    "refund_held",
    "refuse_withdrawal",
    "reject_manual_refund",
    "release_earnings",
    "release_sale",
    "reply_to_complaint",
    "request_payout",
    "request_withdrawal",
    "retry_refund",
    "return_top_ups",
    "reveal_account",
    "send_complaint_replies",
    "send_refunds",
    "send_withdrawals",
    "settle_day",
    "settle_payment",
    "start_payment",
    "switch_gateway",
    "take_callback",
    "take_complaint",
    "takes_answers",
    "transfer",
    "transfers_of",
]
