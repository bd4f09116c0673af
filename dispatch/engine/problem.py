"""What a round of planning is given: plain arrays, one unit of time, nothing of Django.

All times are in one unit that the caller chooses (the campus: seconds) and on one clock. Places are row numbers of
`travel`. Couriers and legs are known by their row numbers, C and L of them; V vehicles, N places.
"""

from typing import NamedTuple

import numpy as np

NOBODY = -1
NEVER = 1e9  # later than any time that occurs

COURIER = np.dtype(
    [
        ("vehicle", "i8"),
        ("place", "i8"),  # where they are, or will be when free
        ("free_at", "f8"),  # from when they can be sent
        ("ends_at", "f8"),  # nothing is picked up later, except what is theirs already
        ("capacity", "i8"),  # legs on board at once
        ("earned", "f8"),  # pay so far
        ("share", "f8"),  # pay beyond which more of it should rather go to others
    ]
)
LEG = np.dtype(
    [
        ("pickup", "i8"),
        ("dropoff", "i8"),
        ("ready_at", "f8"),  # the goods are not there before; a prediction
        ("due_at", "f8"),  # promised
        ("take", "f8"),  # time that picking up takes; once for all that is taken at a place in one go
        ("give", "f8"),  # time that handing over takes
        ("weight", "f8"),  # how much its customer's waiting counts; below 1: only expected, may be left out
        ("pay", "f8"),
        ("after", "i8"),  # the leg that brings the goods to the pickup (a relay), or NOBODY
        ("keeper", "i8"),  # the courier whom nobody takes it from, or NOBODY
        ("taken", "?"),  # the keeper has the goods: only the drop-off is left
        ("notified", "i8"),  # the courier who would be surprised to lose it, or NOBODY
    ]
)


class Weights(NamedTuple):
    """What a plan costs, in units of time of one customer. On time first, then door to door, then couriers' minutes.

    `late` is per unit of time behind the promise, `broken` once for each promise that is broken, `travel` per unit
    of time that a courier is under way, `busy` as much again while they could still be sent elsewhere: until their
    end, `share` per unit of pay that a courier gets beyond their share, `change` for taking a job off a courier who
    has been notified of it.
    """

    waiting: float = 1.0
    late: float = 1.0
    broken: float = 300.0
    travel: float = 0.2
    busy: float = 0.0
    share: float = 0.0
    change: float = 60.0


class Problem(NamedTuple):
    """The world as it is known now. `problem()` makes one and says what is wrong with it."""

    now: float
    travel: np.ndarray  # (V, N, N) time from place to place, by vehicle
    couriers: np.ndarray  # (C,) of COURIER
    legs: np.ndarray  # (L,) of LEG
    allowed: np.ndarray  # (C, L) may this courier carry this leg
    one_place: bool  # a trip takes everything at one place, and gives it all before the next pickup


def problem(
    *,
    now: float,
    travel,
    place,
    pickup,
    dropoff,
    ready_at,
    due_at=NEVER,
    vehicle=0,
    free_at=None,
    ends_at=NEVER,
    capacity=1,
    earned=0.0,
    share=NEVER,
    take=0.0,
    give=0.0,
    weight=1.0,
    pay=0.0,
    after=NOBODY,
    keeper=NOBODY,
    taken=False,
    notified=NOBODY,
    allowed=True,
    one_place: bool = False,
) -> Problem:
    """A Problem of anything like arrays; single values stand for all rows. ValueError says what does not fit.

    The moment of a stop is the middle of its service: half of `take` or `give` before, half after it.
    """
    travel = np.ascontiguousarray(travel, np.float32)
    if travel.ndim == 2:
        travel = travel[None]
    if travel.ndim != 3 or travel.shape[1] != travel.shape[2]:
        raise ValueError(f"travel is (vehicles, places, places), not {travel.shape}")
    if not (np.isfinite(travel).all() and (travel >= 0).all()):
        raise ValueError("every travel time is a number and not negative")
    free_at = np.maximum(now if free_at is None else free_at, now)
    couriers = _table(
        COURIER, len(place), place=place, vehicle=vehicle, free_at=free_at, ends_at=ends_at, capacity=capacity,
        earned=earned, share=share,
    )  # fmt: skip
    legs = _table(
        LEG, len(pickup), pickup=pickup, dropoff=dropoff, ready_at=ready_at, due_at=due_at, take=take, give=give, weight=weight,
        pay=pay, after=after, keeper=keeper, taken=taken, notified=notified,
    )  # fmt: skip
    allowed = np.array(np.broadcast_to(np.asarray(allowed, np.bool_), (len(couriers), len(legs))), order="C")
    given = Problem(float(now), travel, couriers, legs, allowed, bool(one_place))
    _check(given)
    kept = np.flatnonzero(legs["keeper"] != NOBODY)
    allowed[legs["keeper"][kept], kept] = True  # theirs already, whatever the rule says now
    return given


def _table(dtype: np.dtype, rows: int, **columns) -> np.ndarray:
    table = np.zeros(rows, dtype)
    for name, values in columns.items():
        try:
            table[name] = values
        except ValueError as error:
            raise ValueError(f"{name} does not have {rows} rows") from error
        if not np.isfinite(table[name]).all():
            raise ValueError(f"{name} is not a number everywhere")
    return table


def _check(given: Problem) -> None:
    couriers, legs = given.couriers, given.legs
    vehicles, places, _ = given.travel.shape
    limits = [
        (couriers, "vehicle", 0, vehicles),
        (couriers, "place", 0, places),
        (legs, "pickup", 0, places),
        (legs, "dropoff", 0, places),
        (legs, "after", NOBODY, len(legs)),
        (legs, "keeper", NOBODY, len(couriers)),
        (legs, "notified", NOBODY, len(couriers)),
    ]
    for table, name, lowest, below in limits:
        if ((table[name] < lowest) | (table[name] >= below)).any():
            raise ValueError(f"{name} points outside {lowest} to {below - 1}")
    if (couriers["capacity"] < 1).any():
        raise ValueError("every courier can carry one leg at least")
    if (legs["taken"] & (legs["keeper"] == NOBODY)).any():
        raise ValueError("what is taken has a keeper")
    second = np.flatnonzero(legs["after"] != NOBODY)
    first = legs["after"][second]
    if (legs["after"][first] != NOBODY).any() or len(np.unique(first)) != len(first):
        raise ValueError("a leg waits for one leg, and only one waits for it, which waits for none itself")
    if legs["taken"][second].any():
        raise ValueError("what is taken does not wait for another leg")
    same = legs["keeper"][first] == legs["keeper"][second]
    if (same & (legs["keeper"][first] != NOBODY)).any():
        raise ValueError("the two legs of a relay have different keepers")
