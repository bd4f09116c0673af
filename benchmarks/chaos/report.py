"""The figures of a run, one name=value a line, and each unexpected answer with what was under way and what the log says."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._processes import ROOT
from benchmarks.chaos.browser import Exchange
from benchmarks.chaos.faults import Fault, judge

GOAL = 100  # faults that took effect
SHOWN = 25
_STAMP = re.compile(r"^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:,\d+|[+-]\d{4})? (\w+) ([\w.]+) (.*)")
_FRAME = re.compile(rf'\s+File "{ROOT}/(?!\.venv)([\w/]+\.py)", line (\d+)')
_REPEATS = 3600  # the clock may have been set back by as much when a line was written


@dataclass
class Outcome:
    """What a run has found."""

    faults: list[Fault]
    exchanges: list[Exchange]
    done: Counter
    refused: Counter
    lost: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    ledger_violations: list[str] = field(default_factory=list)
    dead_lettered: list[str] = field(default_factory=list)
    slips: list[str] = field(default_factory=list)  # of the harness itself
    wanted: int = GOAL

    def judged(self) -> dict[str, list[Exchange]]:
        found: dict[str, list[Exchange]] = {"away": [], "no_answer": [], "unexpected": []}
        for exchange in self.exchanges:
            if kind := judge(exchange, self.faults):
                found[kind].append(exchange)
        return found

    @property
    def figures(self) -> dict[str, int]:
        judged = self.judged()
        return {
            "faults": sum(fault.took_effect for fault in self.faults),
            "lost": len(self.lost),
            "duplicates": len(self.duplicates),
            "ledger_violations": len(self.ledger_violations),
            "dead_lettered": len(self.dead_lettered),
            "unexpected_errors": len(judged["unexpected"]),
            "no_answer": len(judged["no_answer"]),
            "away_answers": len(judged["away"]),
            "requests": len(self.exchanges),
        }

    @property
    def is_good(self) -> bool:
        bad = ("lost", "duplicates", "ledger_violations", "dead_lettered", "unexpected_errors")
        figures = self.figures
        return figures["faults"] >= self.wanted and not any(figures[name] for name in bad)


def report(outcome: Outcome, log: Path) -> None:
    """Print it all."""
    for title, problems in (
        ("lost", outcome.lost), ("twice", outcome.duplicates), ("books", outcome.ledger_violations),
        ("dead-lettered", outcome.dead_lettered),
    ):  # fmt: skip
        for problem in problems[:SHOWN]:
            print(f"{title}: {problem}")
    unexpected = outcome.judged()["unexpected"]
    errors = read_errors(log)
    for exchange in unexpected[:SHOWN]:
        print(f"unexpected: {describe(exchange, outcome.faults, errors)}")
    for slip in outcome.slips[:SHOWN]:
        print(f"note: {slip}")
    kinds = Counter(fault.kind for fault in outcome.faults if fault.took_effect)
    for name, count in sorted(kinds.items()):
        print(f"fault_{name}={count}")
    for name, count in sorted(outcome.done.items()):
        print(f"load_{name}={count}")
    for name, count in sorted(outcome.refused.items()):
        print(f"refused_{name}={count}")
    for name, value in outcome.figures.items():
        print(f"{name}={value}")


def describe(exchange: Exchange, faults: list[Fault], errors: list[tuple[float, str, str]]) -> str:
    """Path, status, fault under way, and the last line of the traceback that the server wrote."""
    felt = sorted({fault.kind for fault in faults if fault.covers(exchange.began, exchange.ended)})
    at = time.strftime("%H:%M:%S", time.localtime(exchange.ended))
    said = f"{at} {exchange.method} {exchange.path} → {exchange.status or exchange.error}"
    said += f" after {exchange.ended - exchange.began:.1f} s, under way: {' '.join(felt) or 'nothing'}"
    for stamp, path, last in errors:
        apart = min(abs(stamp - exchange.ended), abs(stamp + _REPEATS - exchange.ended))
        if path == exchange.path and apart < 3:
            return f"{said}; {last}"
    return said


def read_errors(log: Path) -> list[tuple[float, str, str]]:
    """(moment, path, "place: last line") of each request that ended in a traceback."""
    found: list[tuple[float, str, str]] = []
    path, stamp, place = "", 0.0, ""
    for line in log.read_text(errors="replace").splitlines():
        if match := _STAMP.match(line):
            path = ""
            if match[3] == "ERROR" and ": /" in match[5]:
                path = match[5].partition(": ")[2].strip()
                stamp = time.mktime(time.strptime(f"{match[1]} {match[2]}", "%Y-%m-%d %H:%M:%S"))
        elif path and (frame := _FRAME.match(line)):
            place = f"{frame[1]}:{frame[2]}"
        elif path and re.match(r"[\w.]+(Error|Exception|Warning|\w+): ", line):
            found.append((stamp, path, f"{place} {line[:160]}"))
    return found
