"""What finds each shipped type, what its tickets rest on, and which test raises it by that trigger."""

import ast
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from exceptions.detection.registry import DETECTORS
from exceptions.library.shipped import shipped_types
from exceptions.models import ExceptionType

# What nothing finds yet, and with what it comes.
WAITING = {"merchant_silent": "kitchen", "fraud_suspected": "playbook"}
MARK = "raises_type"


@dataclass(frozen=True)
class Row:
    """One type. Each cell says something; `problems` is what is missing."""

    code: str
    name: str
    triggers: list[str]
    evidence: list[str]
    tests: list[str]

    @property
    def problems(self) -> list[str]:
        cells = {"trigger": self.triggers, "evidence": self.evidence, "test": self.tests}
        return [f"{self.code}: no {cell}" for cell, found in cells.items() if not found]


def matrix(tests: Path) -> list[Row]:
    """A row for each shipped type, in their order. `tests`: the folder that is read for the marks `raises_type`."""
    raised, rows = marked(tests), []
    for shipped in shipped_types():
        if waits := WAITING.get(shipped.code):
            cell = [f"waiting: {waits}"]
            rows.append(Row(shipped.code, shipped.name_en, cell, cell, cell))
            continue
        own = {name: detector for name, detector in DETECTORS.items() if shipped.code in detector.types}
        triggers = [f"`{name}`: {detector.label!s}" for name, detector in own.items()] + _people(shipped)
        evidence = [detector.evidence for detector in own.values()] + _given(shipped)
        rows.append(Row(shipped.code, shipped.name_en, triggers, evidence, raised.get(shipped.code, [])))
    return rows


def _people(shipped: ExceptionType) -> list[str]:
    parties = {"customer": shipped.customer_may_report, "courier": shipped.courier_may_report}
    told = [party for party, may in parties.items() if may]
    return [f"reported by the {' or the '.join(told)}"] if told else []


def _given(shipped: ExceptionType) -> list[str]:
    if not _people(shipped):
        return []
    needed = {"a photo": shipped.photo_required, "a description": shipped.description_required}
    return [
        f"{' and '.join(what for what, is_needed in needed.items() if is_needed) or 'their words'}, required"
        if any(needed.values())
        else "their words, photos if they like"
    ]


def marked(tests: Path) -> dict[str, list[str]]:
    """{type: tests that are marked to raise it}, as `file::test`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if MARK not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                for code in _codes(node):
                    found[code].append(f"{path.relative_to(tests.parent)}::{node.name}")
    return dict(found)


def _codes(function: ast.FunctionDef) -> list[str]:
    return [
        argument.value
        for mark in function.decorator_list
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == MARK
        for argument in mark.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def page(rows: list[Row]) -> str:
    """docs/exception-matrix.md."""
    head = (
        "# Exception matrix\n\nWhat finds each shipped exception type, what its tickets rest on, and the tests that raise it"
        " by that trigger.\nWritten by `manage.py exception_matrix --write`; a test compares.\n\n"
        "| type | trigger | evidence | tests |\n|---|---|---|---|\n"
    )
    return head + "".join(
        f"| `{row.code}`<br>{row.name} | {'<br>'.join(row.triggers)} | {'<br>'.join(row.evidence)} |"
        f" {'<br>'.join(f'`{test}`' if '::' in test else test for test in row.tests)} |\n"
        for row in rows
    )
