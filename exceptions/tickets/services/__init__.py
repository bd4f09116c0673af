"""Every write to a ticket."""

from exceptions.actions.running import run_step, taken, undo_step
from exceptions.library.rules import change_compensation_rule
from exceptions.tickets.services.answering import answer, rate
from exceptions.tickets.services.handling import (
    CARRIER,
    assign,
    call_party,
    claim,
    dismiss,
    note,
    reopen,
    resolve,
    unassign,
)
from exceptions.tickets.services.reporting import report
from exceptions.tickets.services.sweeping import (
    close_resolved,
    expire_questions,
    note_delivered,
    settle_ended,
    settle_moot,
)

__all__ = [
    "CARRIER",
    "answer",
    "assign",
    "call_party",
    "change_compensation_rule",
    "claim",
    "close_resolved",
    "dismiss",
    "expire_questions",
    "note",
    "note_delivered",
    "rate",
    "reopen",
    "report",
    "resolve",
    "run_step",
    "settle_ended",
    "settle_moot",
    "taken",
    "unassign",
    "undo_step",
]
