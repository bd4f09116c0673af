"""One word for one thing: private words that docs/glossary.md has standard terms for come back nowhere as names."""

import ast

from tests.house.test_rules import CODE, complain, name

# word: the term of the glossary, or of the field
INSTEAD = {
    "doorbell": "broadcast",
    "ring_at_once": "broadcast_now",
    "on_parked": "on_dead_letter",
    "retry_parked": "requeue",
    "NotTaken": "RetryableError",
    "Unclear": "OutcomeUnknown",
    "KEEPERS": "TRANSITION_ROLES",
    "turning": "transition_actions",
    "DutySpell": "WorkSession",
    "barred": "banned",
    "joining": "onboarding",
    "shelving": "hub_checkin",
    "losing": "write_offs",
    "who_bought_brings": "require_not_prepaid",
    "take_here": "claim_by_scan",
    "seal": "sign",
    "unseal": "load_signed",
    "pot": "account",
    "pots": "accounts",
    "borne": "quote_allocation, cost_allocation",
    "nobodys_fault": "no_fault",
    "stepping": "running",
    "settle_moot": "resolve_obsolete",
    "hopeless": "unprocessable",
    "hold_earnings": "start_complaint_window",
    "locked": "for_update",
    "clock_time": "core.clock.day_time",
    "Ways": "DispatchChannels",
    "face_of": "portal_of",
    "TurnedClock": "SimulatedClock",
    "turned_clock": "simulated_clock",
}
# What a library, or a campus's own life, calls so.
MEANT = {"dispatch/engine/jit_warmup.py locked", "rulings/admin.py borne"}


def names_of(node: ast.AST) -> list[str]:
    """The names that a node of the syntax tree gives or uses."""
    match node:
        case ast.Name(id=found) | ast.Attribute(attr=found) | ast.arg(arg=found):
            return [found]
        case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found) | ast.ClassDef(name=found):
            return [found]
        case ast.alias(name=found, asname=other):
            return [*found.split("."), other or ""]
    return []


def test_private_words_are_no_names():
    found = []
    for path in CODE:
        if path.stem in INSTEAD:
            found.append(f"{name(path)}: {INSTEAD[path.stem]}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for word in names_of(node):
                where = f"{name(path)} {word}"
                if word in INSTEAD and not where.endswith(tuple(MEANT)):
                    found.append(f"{name(path)}:{node.lineno} {word}: {INSTEAD[word]}")
    complain(found, "the glossary has a term for it")
