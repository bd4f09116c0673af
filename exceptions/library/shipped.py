"""What the product ships with: the exception types of types.toml, what they are worth, and who is asked (escalation.toml)."""

import tomllib
from functools import cache
from pathlib import Path

from exceptions.models import CompensationRule, ExceptionType

TYPES = Path(__file__).with_name("types.toml")
ESCALATION = Path(__file__).with_name("escalation.toml")
Formula = CompensationRule.Formula

SHARES = {"grades": {"light": 30, "medium": 60, "total": 100}}
RULES: dict[str, dict] = {
    "overdue": {
        "formula": Formula.TIER_BY_MINUTES_LATE,
        "params": {"tiers": [[10, 200], [20, 300], [30, 500], [60, 1000]]},
        "cap_fen": 2000,
    },
    "courier_cancelled": {"formula": Formula.FIXED, "params": {"fen": 200}, "cap_fen": 500},
    "fake_delivery": {"formula": Formula.DELIVERY_FEE, "cap_fen": 2000},
    "goods_damaged": {"formula": Formula.SHARE_OF_GOODS_VALUE, "params": SHARES, "cap_fen": 10000},
    "goods_missing": {"formula": Formula.SHARE_OF_GOODS_VALUE, "params": SHARES, "cap_fen": 10000},
    "goods_wrong": {"formula": Formula.SHARE_OF_GOODS_VALUE, "params": SHARES, "cap_fen": 10000},
    "lost_in_relay": {
        "formula": Formula.SHARE_OF_GOODS_VALUE,
        "params": {"grades": {"total": 100}},
        "cap_fen": 20000,
    },
}


@cache
def shipped_policies() -> dict[int, dict[str, int]]:
    """The fields of the escalation policy of each severity."""
    tables = tomllib.loads(ESCALATION.read_text(encoding="utf-8"))
    return {ExceptionType.Severity[name.upper()].value: fields for name, fields in tables.items()}


def shipped_types() -> list[ExceptionType]:
    """The shipped types as rows that are not saved yet. A key that is no field raises TypeError."""
    rows = tomllib.loads(TYPES.read_text(encoding="utf-8"))["type"]
    return [ExceptionType(position=position, **_fields(row)) for position, row in enumerate(rows)]


def _fields(row: dict) -> dict:
    """A table of the file as fields: a text in two languages is two of them, a severity its number."""
    fields = {"severity": ExceptionType.Severity[row.pop("severity").upper()]}
    for name, value in row.items():
        if isinstance(value, dict):
            fields |= {f"{name}_{language}": text for language, text in value.items()}
        else:
            fields[name] = value
    return fields
