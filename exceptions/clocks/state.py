"""Clock state as a pure function of a ticket's log and its frozen policy.

A cycle begins when the ticket is opened or reopened and ends when it is resolved, dismissed or merged; each has four clocks
of its own, which start with it. Open time counts (the policy's hours), less the time in which a party was waited for (up to
a limit) or an incident held the ticket. A merge that was undone never was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from exceptions.clocks.policy import Policy

# What entries of the log mean (exceptions.tickets.log, exceptions.actions).
STARTS = {"opened", "reopened"}
ENDS = {"resolved", "dismissed", "merged"}
ASKED, ANSWERED = "ask_party", {"answered", "silent"}
HELD, LET_GO = "incident_joined", "incident_left"
MERGED, SPLIT = "merged", "split"
OPERATOR, PLATFORM = "operator", "system"
INTERNAL = "operators"  # an audience
# Handing it around and saying that one will look is no work, and the platform's own apology for a missed clock tells nothing new.
NO_WORK = {*STARTS, "joined", "assigned", "unassigned", "undone", "acknowledged"}
TELLS_NOTHING = {*STARTS, "joined", "alarm_repeated", "promise_missed", "clock_missed"}
NOTE = "note"


class ClockName(StrEnum):
    TOLD = "told"
    WORKED = "worked"
    RESPONSE = "response"
    RESOLUTION = "resolution"


@dataclass(frozen=True)
class LogEntry:
    """What counts of a `TicketEvent`. `until`: of a question, when its time to answer ends."""

    kind: str
    at: datetime
    role: str = PLATFORM
    audience: str = INTERNAL
    until: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """One clock of one cycle (0 is the first). `due` None: it stands still with no end in sight. `stopped`: when what it
    waits for happened, or the cycle ended; the latter with `done` False."""

    name: ClockName
    cycle: int
    started: datetime
    due: datetime | None
    stopped: datetime | None = None
    done: bool = False

    def is_missed(self, at: datetime) -> bool:
        """Whether it ran out before it was stopped, or before `at`. An answer that came late does not undo it."""
        return (
            self.due is not None
            and self.due <= (self.stopped or at)
            and (self.stopped is None or self.due < self.stopped)
        )


@dataclass(frozen=True)
class ClockState:
    """All clocks of all cycles, the present cycle's last; `paused` says whether they stand still at the moment."""

    at: datetime
    clocks: tuple[Clock, ...]
    paused: bool = False
    ended: bool = False

    @property
    def present(self) -> dict[ClockName, Clock]:
        """The clocks of the last cycle by name."""
        last = self.clocks[-1].cycle
        return {clock.name: clock for clock in self.clocks if clock.cycle == last}

    @property
    def running(self) -> list[Clock]:
        """Clocks that still wait for something, the next to run out first; one that stands still comes last."""
        waiting = [clock for clock in self.clocks if clock.stopped is None]
        return sorted(waiting, key=lambda clock: (clock.due is None, clock.due or self.at, clock.name))

    @property
    def next(self) -> Clock | None:
        """The clock that runs out next; one that ran out already stays before those behind it."""
        return next(iter(self.running), None)

    @property
    def missed(self) -> list[Clock]:
        """Every clock that ran out, of earlier cycles too, whether or not what it waited for came later."""
        return [clock for clock in self.clocks if clock.is_missed(self.at)]


Span = tuple[datetime, datetime | None]  # None: with no end in sight


def state(log: Iterable[LogEntry], policy: Policy, at: datetime) -> ClockState:
    """The clocks at `at`. `log` is in order and begins with an entry "opened"; what comes later than `at` does not count."""
    entries = _without_undone_merges([entry for n, entry in enumerate(log) if n == 0 or entry.at <= at])
    cycles: list[list[LogEntry]] = []
    for entry in entries:
        if entry.kind in STARTS or not cycles:
            cycles.append([])
        cycles[-1].append(entry)
    clocks: list[Clock] = []
    for number, cycle in enumerate(cycles):
        clocks += _clocks(number, cycle, policy)
    ended = any(entry.kind in ENDS for entry in cycles[-1])
    paused = not ended and any(
        start <= at and (end is None or at < end) for start, end in _pauses(cycles[-1], policy)
    )
    return ClockState(at, tuple(clocks), paused=paused, ended=ended)


def _without_undone_merges(entries: list[LogEntry]) -> list[LogEntry]:
    kept: list[LogEntry] = []
    for entry in entries:
        if entry.kind == SPLIT:
            last = max((n for n, before in enumerate(kept) if before.kind == MERGED), default=None)
            if last is not None:
                del kept[last]
        else:
            kept.append(entry)
    return kept


def _clocks(number: int, cycle: Sequence[LogEntry], policy: Policy) -> list[Clock]:
    start = cycle[0].at
    last = next((n for n, entry in enumerate(cycle) if entry.kind in ENDS), None)
    end = None if last is None else cycle[last].at
    alive = cycle if last is None else cycle[: last + 1]
    pauses = _pauses(alive, policy)
    lengths = {
        ClockName.TOLD: policy.told_minutes,
        ClockName.WORKED: policy.worked_minutes,
        ClockName.RESPONSE: policy.respond_minutes,
        ClockName.RESOLUTION: policy.resolve_minutes,
    }
    happened = {
        ClockName.TOLD: _first(alive, _tells),
        ClockName.WORKED: _first(alive, _works),
        ClockName.RESPONSE: _first(alive, answers),
        ClockName.RESOLUTION: _first(alive, lambda entry: entry.kind in ENDS),
    }
    if policy.told == "opening":
        happened[ClockName.TOLD] = start
    made = []
    for name, minutes in lengths.items():
        if name == ClockName.TOLD and policy.told == "nobody":
            continue
        clock = Clock(name, number, start, _due(start, timedelta(minutes=minutes), pauses, policy))
        done = happened[name]
        if done is not None or end is not None:
            clock = replace(clock, stopped=done or end, done=done is not None)
        made.append(clock)
    return made


def _first(entries: Sequence[LogEntry], counts) -> datetime | None:
    return next((entry.at for entry in entries if counts(entry)), None)


def _tells(entry: LogEntry) -> bool:
    """Whether the customer learns of it by this entry."""
    return (
        entry.role in (OPERATOR, PLATFORM)
        and entry.audience in ("customer", "everyone")
        and entry.kind not in TELLS_NOTHING
    )


def _works(entry: LogEntry) -> bool:
    """Whether an operator has done something about it; a note for colleagues is work, handing it on is not."""
    return entry.role == OPERATOR and entry.kind not in NO_WORK


def answers(entry: LogEntry) -> bool:
    """Whether its people see that somebody is on it. A note that only colleagues read is no answer."""
    return _works(entry) and not (entry.kind == NOTE and entry.audience == INTERNAL)


def _pauses(cycle: Sequence[LogEntry], policy: Policy) -> list[Span]:
    """When the clocks of a cycle stood still: in order, without overlaps."""
    spans = sorted([*_waits(cycle, policy), *_holds(cycle)], key=lambda span: span[0])
    merged: list[Span] = []
    for start, end in spans:
        if merged and (merged[-1][1] is None or start <= merged[-1][1]):
            before = merged[-1][1]
            merged[-1] = (merged[-1][0], None if before is None or end is None else max(before, end))
        elif end is None or start < end:
            merged.append((start, end))
    return merged


def _waits(cycle: Sequence[LogEntry], policy: Policy) -> list[Span]:
    """Until a party answers, their time is over, or the cycle's limit is used up."""
    spans: list[Span] = []
    left = policy.pause
    for n, entry in enumerate(cycle):
        if entry.kind != ASKED:
            continue
        over = next((later.at for later in cycle[n + 1 :] if later.kind in ANSWERED | ENDS | {ASKED}), None)
        ends = [entry.at + left, *(moment for moment in (entry.until, over) if moment is not None)]
        end = max(min(ends), entry.at)
        left -= end - entry.at
        spans.append((entry.at, end))
    return spans


def _holds(cycle: Sequence[LogEntry]) -> list[Span]:
    """While an incident holds the ticket."""
    spans: list[Span] = []
    since: datetime | None = None
    for entry in cycle:
        if entry.kind == HELD:
            since = since or entry.at
        elif entry.kind == LET_GO and since is not None:
            spans.append((since, entry.at))
            since = None
    return [*spans, (since, None)] if since is not None else spans


def _due(start: datetime, length: timedelta, pauses: Sequence[Span], policy: Policy) -> datetime | None:
    """When `length` of open time that was not paused is used up."""
    hours, cursor = policy.hours, start
    for begin, end in pauses:
        used = timedelta(seconds=hours.business_seconds(cursor, begin, policy.row))
        if used >= length:
            break
        length -= used
        if end is None:
            return None
        cursor = end
    return hours.add(cursor, length, policy.row)
