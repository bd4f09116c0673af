"""How far an escalation has come, as a pure function of its start, its frozen plan and what the log says since.

A step is due so long after the one before as its plan says: counted from when that could be heard (quiet hours of people hold
notices back), at once where it has reached nobody. An acknowledgement puts the next step off until it lapses; each of them,
and each further clock that runs out, brings one more round of steps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from exceptions.escalation.plan import Plan, Step


class What(StrEnum):
    RAN = "ran"  # a step
    ACKNOWLEDGED = "acknowledged"
    JOINED = "joined"  # another clock ran out
    HELD = "held"  # an incident holds the ticket
    RESUMED = "resumed"  # it does no longer, or a merge was undone


@dataclass(frozen=True)
class Happened:
    """What counts of an entry of the log. `number` and `heard` are those of a step: when the first whom it reached could hear
    it, None where it has reached nobody. `until`: an acknowledgement holds until then at least (a question's time)."""

    what: What
    at: datetime
    number: int = -1
    heard: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Due:
    """The next step: its number, counted through all rounds, and when it is to be run."""

    number: int
    step: Step
    at: datetime


@dataclass(frozen=True)
class Progress:
    """`next`: None while an incident holds it, and after the last round. `acknowledged_until`: None without an acknowledgement
    that still counts; one that is past has lapsed."""

    next: Due | None
    acknowledged_until: datetime | None
    steps_run: int


def progress(
    started: datetime, plan: Plan, happened: Iterable[Happened], not_before: datetime | None = None
) -> Progress:
    """The escalation by its log, which is in order. `not_before`: the next step waits until then in any case."""
    log = list(happened)
    places = [place for place, one in enumerate(log) if one.what == What.RAN]
    until_last = places[-1] + 1 if places else 0
    before, since = log[:until_last], log[until_last:]
    number = before[-1].number + 1 if before else 0
    acknowledged = _acknowledged_until(plan, since)
    at = _due(plan, before[-1]) if before else plan.after(started, plan.step(0).wait)
    if at is None or _is_held(log) or number >= len(plan.steps) * _rounds(plan, log):
        return Progress(None, acknowledged, len(places))
    begins = {What.RESUMED}
    if number >= len(plan.steps) * _rounds(plan, before):
        begins.add(What.JOINED)  # the rounds were over, and this has brought a new one
    bounds = [at, acknowledged, not_before, *(one.at for one in since if one.what in begins)]
    at = max(bound for bound in bounds if bound is not None)
    return Progress(Due(number, plan.step(number), at), acknowledged, len(places))


def _due(plan: Plan, before: Happened) -> datetime | None:
    """When the step after that one is due."""
    following = before.number + 1
    is_new_round = following % len(plan.steps) == 0
    wait = plan.repeat_minutes if is_new_round else plan.step(following).wait
    if before.heard is None:
        return plan.after(before.at, wait if is_new_round else 0)
    return plan.after(max(before.at, before.heard), wait)


def _rounds(plan: Plan, log: Sequence[Happened]) -> int:
    """How often the steps are gone through: the plan's, one more for each further clock, one for each acknowledgement (however
    many follow each other without a step between them)."""
    more, acknowledged = 0, False
    for one in log:
        if one.what == What.JOINED or (one.what == What.ACKNOWLEDGED and not acknowledged):
            more += 1
        if one.what in (What.ACKNOWLEDGED, What.RAN):
            acknowledged = one.what == What.ACKNOWLEDGED
    return 1 + plan.repeats + more


def _acknowledged_until(plan: Plan, since: Sequence[Happened]) -> datetime | None:
    ends = [
        end
        for one in since
        if one.what == What.ACKNOWLEDGED
        for end in (plan.after(one.at, plan.ack_minutes), one.until)
        if end is not None
    ]
    return max(ends, default=None)


def _is_held(log: Sequence[Happened]) -> bool:
    marks = [one.what for one in log if one.what in (What.HELD, What.RESUMED)]
    return bool(marks) and marks[-1] == What.HELD
