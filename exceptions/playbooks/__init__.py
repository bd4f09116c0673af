"""The steps an operator can take about a ticket: one file a kind. Imported in the order of their buttons."""

from exceptions.playbooks.base import STEPS, Line, Outcome, Preview, Step, undoable

from exceptions.playbooks import (  # isort: skip
    ask_party,
    extend_promise,
    reassign,
    compensate,
    refund,
    warn,
    cancel_order,
    return_goods,
    found,
    write_off,
    note,
    resolve,
)

__all__ = [
    "STEPS",
    "Line",
    "Outcome",
    "Preview",
    "Step",
    "ask_party",
    "cancel_order",
    "compensate",
    "extend_promise",
    "found",
    "note",
    "reassign",
    "refund",
    "resolve",
    "return_goods",
    "undoable",
    "warn",
    "write_off",
]
