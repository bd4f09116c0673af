"""The clocks of tickets against a simulator that lives through every minute.

script/bench clocks [--histories N] [--sequences N] [--seed N]

Random policies (hours over midnight, several blocks a day, holidays, make-up workdays), random histories (questions,
answers, silence, notes, incidents, resolving, reopening) and a random moment to ask at. `_clock_simulator` knows nothing of
`exceptions.clocks` and `core.hours`: it has a table of open minutes and counts. Besides, merges that are undone are put into
histories at random, one in another: the clocks must be as if they had never been. Prints the disagreements, which are to be 0.
"""

import argparse
import random
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from benchmarks import _clock_simulator as simulator
from core.hours import Block, WeeklyHours
from exceptions.clocks import ClockName, LogEntry, Policy, state

SHANGHAI = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(2026, 9, 28, tzinfo=SHANGHAI)  # a Monday
DAYS = simulator.DAYS
# How an entry reads in the log: (kind, role, audience); by the simulator's name of what happened.
ENTRIES = {
    simulator.ASKED: ("ask_party", "operator", "courier"),
    simulator.ANSWERED: ("answered", "customer", "customer"),
    simulator.SILENT: ("silent", "system", "courier"),
    simulator.NOTE: ("note", "operator", "operators"),
    simulator.HANDED_ON: ("assigned", "operator", "operators"),
    simulator.CLAIMED: ("claimed", "operator", "operators"),
    simulator.WROTE: ("note", "operator", "customer"),
    simulator.ALARM: ("alarm_repeated", "system", "everyone"),
    simulator.APOLOGY: ("promise_missed", "system", "everyone"),
    simulator.NEWS: ("delivered", "system", "everyone"),
    simulator.HELD: ("incident_joined", "operator", "operators"),
    simulator.LET_GO: ("incident_left", "operator", "operators"),
    simulator.RESOLVED: ("resolved", "operator", "everyone"),
    simulator.DISMISSED: ("dismissed", "operator", "operators"),
    simulator.MERGED: ("merged", "operator", "operators"),
    simulator.REOPENED: ("reopened", "customer", "customer"),
}
CLOCKS = (ClockName.TOLD, ClockName.WORKED, ClockName.RESPONSE, ClockName.RESOLUTION)


def blocks_of_a_day(rng: random.Random) -> list[tuple[int, int]]:
    """Up to three blocks of minutes that do not overlap; the last may go over midnight."""
    kind = rng.random()
    if kind < 0.15:
        return []
    if kind < 0.35:
        return [(0, 1440)]
    marks = sorted(rng.sample(range(0, 1440, rng.choice([1, 15])), 2 * rng.randint(1, 3)))
    found = [(start, end) for start, end in zip(marks[::2], marks[1::2], strict=True)]
    if rng.random() < 0.4:
        start = found[-1][0]
        found[-1] = (start, 1440 + rng.randint(0, min(600, start - 1)) if start > 1 else 1440)
    return found


class History:
    """A policy, what happened by the minute, and the minute at which the clocks are asked."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.week = [blocks_of_a_day(rng) for _ in range(7)]
        if not any(self.week):
            self.week[0] = [(600, 1320)]
        self.holiday = blocks_of_a_day(rng) if rng.random() < 0.5 else None
        self.days = {
            EPOCH.date() + timedelta(days=n): rng.randint(1, 8)
            for n in rng.sample(range(DAYS), rng.randint(0, 6))
        }
        self.minutes = [rng.randint(1, 60), rng.randint(1, 60), rng.randint(1, 120), rng.randint(1, 900)]
        self.pause = rng.choice([0, 10, 60, 120, 600])
        self.told = rng.choice(["clock", "clock", "opening", "nobody"])
        self.opened = rng.randint(1440, 5 * 1440)
        self.events = self._events()
        self.at = self.opened + rng.randint(0, 3 * 1440)

    def _events(self) -> list[tuple[int, int, int]]:
        """(minute, what, until) in order; -1 for no time limit."""
        rng, found, minute = self.rng, [], self.opened
        alive = [what for what in ENTRIES if what != simulator.REOPENED]
        over = [simulator.REOPENED, simulator.NOTE, simulator.ALARM, simulator.WROTE, simulator.HANDED_ON]
        names = alive
        for _ in range(rng.randint(0, 12)):
            minute += rng.choice([0, 1, rng.randint(0, 30), rng.randint(0, 900)])
            what = rng.choice(names)
            if what in simulator.ENDS:
                names = over
            elif what == simulator.REOPENED:
                names = alive
            until = minute + rng.randint(1, 120) if what == simulator.ASKED and rng.random() < 0.9 else -1
            found.append((minute, what, until))
        return found

    def policy(self) -> Policy:
        week = tuple(tuple(Block(*piece) for piece in day) for day in self.week)
        holiday = None if self.holiday is None else tuple(Block(*piece) for piece in self.holiday)
        return Policy(
            *self.minutes,
            hours=WeeklyHours(week, holiday),
            pause_minutes=self.pause,
            told=self.told,
            days=self.days,
        )

    def log(self) -> list[LogEntry]:
        entries = [LogEntry("opened", moment(self.opened), audience="everyone")]
        for minute, what, until in self.events:
            entries.append(
                LogEntry(
                    ENTRIES[what][0],
                    moment(minute),
                    *ENTRIES[what][1:],
                    moment(until) if until >= 0 else None,
                )
            )
        return entries

    def rows(self) -> list[list[tuple[int, int]]]:
        """The blocks of each day from EPOCH on, by the calendar."""
        found = []
        for n in range(DAYS):
            day = EPOCH.date() + timedelta(days=n)
            row = self.days.get(day, day.isoweekday())
            sunday = self.week[6] if self.holiday is None else self.holiday
            found.append(sunday if row == 8 else self.week[row - 1])
        return found


def moment(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def minute_of(at: datetime | None) -> int:
    return -1 if at is None else round((at - EPOCH).total_seconds() / 60)


def disagreements(history: History) -> list[str]:
    """Where the function and the simulator differ."""
    found = state(history.log(), history.policy(), moment(history.at))
    cycles = simulator.live_through(
        history.rows(),
        history.opened,
        history.events,
        history.at,
        history.minutes,
        history.pause,
        history.told,
    )
    wrong = []
    clocks = {(clock.cycle, clock.name): clock for clock in found.clocks}
    expected = {(n, name) for n in range(len(cycles)) for name in CLOCKS[history.told == "nobody" :]}
    if set(clocks) != expected:
        return [f"other clocks: {sorted(clocks)}"]
    for key in sorted(expected):
        clock, seen = clocks[key], cycles[key[0]][CLOCKS.index(key[1])]
        missed = seen.due >= 0 and (seen.due < seen.stopped if seen.stopped >= 0 else seen.due <= history.at)
        if minute_of(clock.stopped) != seen.stopped:
            wrong.append(f"{key} stopped {minute_of(clock.stopped)}, lived {seen.stopped}")
        elif clock.is_missed(found.at) != missed:
            wrong.append(f"{key} missed {clock.is_missed(found.at)}, lived {missed}")
        elif seen.stopped < 0 and minute_of(clock.due) != seen.due and not _beyond(clock.due):
            wrong.append(f"{key} due {minute_of(clock.due)}, lived {seen.due}")
    return wrong


def _beyond(due: datetime | None) -> bool:
    """Further ahead than the simulator lives."""
    return due is not None and minute_of(due) >= (DAYS - 1) * 1440


def merged_and_split(history: History, log: list[LogEntry], rng: random.Random) -> list[LogEntry]:
    """The log with merges in it that were undone: some within others, some after one another."""
    log = [entry for entry in log if entry.kind != "merged"]
    for _ in range(rng.randint(1, 4)):
        first, second = sorted((rng.randint(1, len(log)), rng.randint(1, len(log))))
        between = {entry.kind for entry in log[first:second]}
        if ("merged" in between) != ("split" in between) or _depth(log[first:second]):
            continue
        pair = [
            LogEntry(kind, log[n - 1].at, "operator") for kind, n in (("merged", first), ("split", second))
        ]
        log = [*log[:first], pair[0], *log[first:second], pair[1], *log[second:]]
    return log


def _depth(log: list[LogEntry]) -> bool:
    """Whether a merge in this part is undone outside it, or the other way round."""
    depth = 0
    for entry in log:
        depth += {"merged": 1, "split": -1}.get(entry.kind, 0)
        if depth < 0:
            return True
    return depth != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=100_000)
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261201)
    options = parser.parse_args()
    settings.configure(TIME_ZONE=str(SHANGHAI), USE_TZ=True, USE_I18N=False)  # nothing else of Django is used
    began, wrong, failures = time.perf_counter(), 0, 0
    for n in range(options.histories):
        history = History(random.Random(options.seed + n))
        if found := disagreements(history):
            wrong += 1
            if wrong <= 5:
                print(f"history {options.seed + n}: {'; '.join(found)}")
    for n in range(options.sequences):
        rng = random.Random(-options.seed - n)
        history = History(rng)
        plain = [entry for entry in history.log() if entry.kind != "merged"]
        changed, policy = merged_and_split(history, plain, rng), history.policy()
        asked = moment(history.at)
        # Asked between a merge and its undoing the ticket is merged; afterwards it never was.
        if state(changed, policy, max(asked, plain[-1].at)) != state(plain, policy, max(asked, plain[-1].at)):
            failures += 1
    print(f"seconds={time.perf_counter() - began:.1f}")
    print(f"histories={options.histories}")
    print(f"disagreements={wrong}")
    print(f"sequences={options.sequences}")
    print(f"identity_failures={failures}")
    raise SystemExit(bool(wrong or failures))


if __name__ == "__main__":
    main()
