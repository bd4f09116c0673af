"""Every write to an order."""

from orders.services.address_changes import change_address, quote_address
from orders.services.amendments import extend_promise, restore_promise, urge
from orders.services.bidding import accept_bid, check_bid, undo_bid
from orders.services.budget import (
    answer_over_budget,
    apply_goods_payment,
    ask_over_budget,
    record_goods_cost,
)
from orders.services.cancelling import cancel_order, quote_cancellation
from orders.services.completion import complete_delivered, complete_order, redact_contacts, release_earnings
from orders.services.fulfilment import (
    accept,
    change_courier,
    collect,
    deliver,
    finish_return,
    hand_on,
    pick_up,
    reach_relay,
    start_return,
    unassign,
)
from orders.services.giving_up import cancel_unaccepted, set_patience
from orders.services.pausing import end_lapsed_pauses, pause_ordering, resume_ordering
from orders.services.placing import expire_unpaid, mark_paid, place_order, release_scheduled
from orders.services.quoting import quote
from orders.services.reviewing import (
    approve_review,
    check_words,
    hold_for_review,
    refuse_overdue_reviews,
    refuse_review,
)
from orders.services.tipping import add_tip, apply_tip
from orders.services.write_offs import CourierCompensation, quote_write_off, write_off

__all__ = [
    "CourierCompensation",
    "accept",
    "accept_bid",
    "add_tip",
    "answer_over_budget",
    "apply_goods_payment",
    "apply_tip",
    "approve_review",
    "ask_over_budget",
    "cancel_order",
    "cancel_unaccepted",
    "change_address",
    "change_courier",
    "check_bid",
    "check_words",
    "collect",
    "complete_delivered",
    "complete_order",
    "deliver",
    "end_lapsed_pauses",
    "expire_unpaid",
    "extend_promise",
    "finish_return",
    "hand_on",
    "hold_for_review",
    "mark_paid",
    "pause_ordering",
    "pick_up",
    "place_order",
    "quote",
    "quote_address",
    "quote_cancellation",
    "quote_write_off",
    "reach_relay",
    "record_goods_cost",
    "redact_contacts",
    "refuse_overdue_reviews",
    "refuse_review",
    "release_earnings",
    "release_scheduled",
    "restore_promise",
    "resume_ordering",
    "set_patience",
    "start_return",
    "unassign",
    "undo_bid",
    "urge",
    "write_off",
]
