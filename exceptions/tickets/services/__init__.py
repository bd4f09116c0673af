"""Every write to a ticket that is no action (`exceptions.actions`)."""

from exceptions.tickets.services.answering import answer, rate
from exceptions.tickets.services.expiry import close_resolved, expire_questions
from exceptions.tickets.services.handling import (
    CARRIER,
    assign,
    call_party,
    claim,
    dismiss,
    note,
    reopen,
    resolve,
    sides_of_call,
    unassign,
)
from exceptions.tickets.services.merging import merge, split
from exceptions.tickets.services.missed_clocks import record_missed_clocks
from exceptions.tickets.services.promises import renew_promises
from exceptions.tickets.services.reporting import report

__all__ = [
    "CARRIER",
    "answer",
    "assign",
    "call_party",
    "claim",
    "close_resolved",
    "dismiss",
    "expire_questions",
    "merge",
    "note",
    "rate",
    "record_missed_clocks",
    "renew_promises",
    "reopen",
    "report",
    "resolve",
    "sides_of_call",
    "split",
    "unassign",
]
