"""Lives through a ticket's history minute by minute. Written from the description of the clocks, without their code."""

from dataclasses import dataclass

import numpy as np
from numba import njit

DAYS = 40  # that are lived through
(
    ASKED, ANSWERED, SILENT, NOTE, HANDED_ON, CLAIMED, WROTE, ALARM, APOLOGY, NEWS, HELD, LET_GO, RESOLVED, DISMISSED, MERGED, REOPENED,
) = range(16)  # fmt: skip
ENDS = (RESOLVED, DISMISSED, MERGED)
TOLD, WORKED, RESPONSE, RESOLUTION = range(4)


@dataclass(frozen=True)
class Lived:
    """A clock's due minute and the minute in which it was stopped; -1 for never."""

    due: int
    stopped: int


def live_through(
    days: list[list[tuple[int, int]]],
    opened: int,
    events: list[tuple[int, int, int]],
    at: int,
    minutes: list[int],
    pause: int,
    told: str,
) -> list[list[Lived]]:
    """The four clocks of each cycle, as they are known in the minute `at`.

    `days`: the blocks of each day from minute 0 on, in minutes after its midnight. `events`: (minute, what, until).
    """
    table = np.zeros((DAYS + 2) * 1440, dtype=np.bool_)
    for n, blocks in enumerate(days):
        for start, end in blocks:
            table[n * 1440 + start : n * 1440 + end] = True
    happened = np.array([event for event in events if event[0] <= at], dtype=np.int64).reshape(-1, 3)
    due, stopped, count = _live(table, opened, happened, np.array(minutes), pause, told == "opening")
    return [[Lived(int(due[n, k]), int(stopped[n, k])) for k in range(4)] for n in range(count)]


@njit(cache=True)
def _live(table, opened, events, lengths, pause, told_at_opening):
    due = np.full((len(events) + 1, 4), -1)
    stopped = np.full((len(events) + 1, 4), -1)
    used = np.zeros((len(events) + 1, 4), dtype=np.int64)
    over = np.zeros(len(events) + 1, dtype=np.bool_)
    cycle, following = 0, 0
    waiting, held = False, False
    until, left = -1, pause
    if told_at_opening:
        stopped[0, 0] = opened
    for minute in range(opened, 40 * 1440):
        while following < len(events) and events[following, 0] <= minute:
            what, limit = events[following, 1], events[following, 2]
            following += 1
            if what == 15:  # reopened: everything begins anew
                cycle += 1
                waiting, held, until, left = False, False, -1, pause
                if told_at_opening:
                    stopped[cycle, 0] = minute
                continue
            if over[cycle]:
                continue
            if what == 0:  # a party is asked
                waiting, until = True, limit
            elif what == 1 or what == 2:
                waiting = False
            elif what == 10:
                held = True
            elif what == 11:
                held = False
            by_operator = what == 0 or what == 3 or what == 5 or what == 6 or 10 <= what <= 14
            read_by_customer = what == 6 or what == 9 or what == 12
            if read_by_customer and stopped[cycle, 0] < 0:
                stopped[cycle, 0] = minute
            if by_operator and stopped[cycle, 1] < 0:
                stopped[cycle, 1] = minute
            if by_operator and what != 3 and stopped[cycle, 2] < 0:
                stopped[cycle, 2] = minute
            if 12 <= what <= 14:
                over[cycle] = True
                for k in range(4):
                    if stopped[cycle, k] < 0:
                        stopped[cycle, k] = minute
        if over[cycle]:
            if following >= len(events):
                break
            continue
        waits = waiting and left > 0 and (until < 0 or minute < until)
        if waits:
            left -= 1
        if waits or held or not table[minute]:
            continue
        for k in range(4):
            if due[cycle, k] < 0:
                used[cycle, k] += 1
                if used[cycle, k] == lengths[k]:
                    due[cycle, k] = minute + 1
    return due, stopped, cycle + 1
