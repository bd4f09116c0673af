"""A round: from a Problem to routes, within a budget."""

from time import perf_counter
from typing import NamedTuple

import numpy as np

from dispatch.engine.problem import NOBODY, Problem, Weights

# Couriers who are asked first for a leg, and legs that one is likely to share a trip with.
NEAR, ALIKE = 40, 20
# Legs or steps between two looks at the clock.
CHUNK = 40
# The temperature at which the search starts and ends, in parts of the mean cost of a leg.
HOT, COLD = 0.1, 0.002


class Plan(NamedTuple):
    """Routes with their times. A stop is twice the row of its leg, plus one where the goods are given."""

    stops: list[np.ndarray]  # for each courier, in order
    at: list[np.ndarray]  # the moment of each: the goods change hands
    left: list[np.ndarray]  # when they leave each
    courier: np.ndarray  # (L,) who carries a leg, or NOBODY
    picked_at: np.ndarray  # (L,) NaN where nobody does, and for what is taken already
    given_at: np.ndarray  # (L,) NaN where nobody does
    cost: float  # of all, without the legs that nobody carries
    steps: int  # of the search


def plan(
    given: Problem,
    weights: Weights = Weights(),  # noqa: B008 (a tuple of numbers)
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 0,
    start: list | None = None,
) -> Plan:
    """Routes for everybody: the best found within `seconds` of searching or `steps` of it, whichever ends first.

    Feasible whatever the budget; a leg that nobody may carry, or that was not reached in time, has courier NOBODY.
    The same for the same input and seed when only `steps` limit it. `start`: the stops of an earlier plan, by courier,
    in the rows of this problem; a route that is no longer possible is forgotten.
    """
    if seconds is None and steps is None:
        raise ValueError("a budget is needed: seconds or steps")
    from dispatch.engine import moves, search

    began = perf_counter()

    def spent() -> float:
        return 0.0 if seconds is None else (perf_counter() - began) / max(seconds, 1e-9)

    weights = Weights(*map(float, weights))  # whole numbers would be compiled for a second time
    state = prepare(given, weights, seed, start)
    waiting = np.flatnonzero(state.lots["courier"] < 0)
    legs = given.legs[waiting]
    # First what is on board, then what is theirs: it must be in the plan. Firsts of relays before seconds.
    ranks = legs["ready_at"], legs["after"] != NOBODY, legs["keeper"] == NOBODY, ~legs["taken"]
    order = waiting[np.lexsort(ranks)]
    kept = int((legs["keeper"] != NOBODY).sum())
    search.construct(given, weights, state, order[:kept])
    for i in range(kept, len(order), CHUNK):
        if i > kept and spent() >= 1:  # the first ones always: a machine that is late must not starve them
            break
        search.construct(given, weights, state, order[i : i + CHUNK])

    done = 0
    mean = float(state.tally["total"][0]) / max(len(given.legs), 1) or 1.0
    wanted = steps if steps is not None else 10**9
    while done < wanted and spent() < 1 and given.allowed.size:
        size = min(CHUNK, wanted - done)
        # By the steps where they are told: a plan that the clock does not cut is the same on every machine.
        gone, then = (done / steps, (done + size) / steps) if steps else (spent(), spent())
        heat = [mean * HOT * (COLD / HOT) ** part for part in (gone, then)]
        search.improve(given, weights, state, size, *heat)
        done += size
    moves.adopt(given, weights, state, state.best, state.tours["best_n"].copy())
    return _plan_of(given, state, done)


def prepare(
    given: Problem, weights: Weights, seed: int = 0, start: list | None = None, *, searches: bool = True
):
    """The arrays of a search (`moves.Search`), with the routes of `start` that are possible, or with none. Where nothing
    is searched, but only asked, it need not know which legs are alike."""
    from dispatch.engine import moves
    from dispatch.engine.routes import MOST_STOPS, TRACK

    couriers, legs = given.allowed.shape
    track = np.zeros((couriers, MOST_STOPS + 1), TRACK)
    track["left"][:, 0] = given.couriers["free_at"]
    np.add.at(track["load"][:, 0], given.legs["keeper"][given.legs["taken"]], 1)
    tours, lots, tally = np.zeros(couriers, moves.TOUR), np.zeros(legs, moves.LOT), np.zeros(1, moves.TALLY)
    tours["saved_at"] = -1
    lots["follower"] = NOBODY
    second = np.flatnonzero(given.legs["after"] != NOBODY)
    lots["follower"][given.legs["after"][second]] = second
    tally["chance"] = (seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64
    near = np.zeros((legs, max(1, min(NEAR, couriers))), moves.CANDIDATE)
    near["courier"] = NOBODY
    alike = np.zeros((legs, max(0, min(ALIKE, legs - 1))), np.int64)
    moves.nearest(given, near)
    if searches:
        moves.likeness(given, alike)
    stops, saved, best = np.zeros((3, couriers, MOST_STOPS), np.int64)
    touched = np.zeros(couriers, np.int64)
    state = moves.Search(stops, track, tours, lots, near, alike, saved, best, touched, tally)
    _adopt(given, weights, state, start)
    return state


def _adopt(given: Problem, weights: Weights, state, start: list | None) -> None:
    """Begin with the routes of `start` that are still possible, or with none."""
    from dispatch.engine import moves
    from dispatch.engine.routes import MOST_STOPS

    couriers = len(given.couriers)
    stops, n = np.zeros((couriers, MOST_STOPS), np.int64), np.zeros(couriers, np.int64)
    seen: set[int] = set()
    for c, route in enumerate(start or []):
        if 0 < len(route) <= MOST_STOPS and _sound(given, c, route, seen):
            stops[c, : len(route)], n[c] = route, len(route)
            seen.update(int(stop) >> 1 for stop in route)
    if not moves.adopt(given, weights, state, stops, n):
        moves.adopt(given, weights, state, stops, np.zeros(couriers, np.int64))
    moves.keep_best(state)


def _sound(given: Problem, c: int, route, seen: set[int]) -> bool:
    """Everything in the route is this courier's to carry, once, picked up before it is given."""
    on_board: set[int] = set()
    done: set[int] = set()
    for stop in map(int, route):
        leg = stop >> 1
        if not 0 <= leg < len(given.legs) or leg in seen or leg in done or not given.allowed[c, leg]:
            return False
        if given.legs[leg]["keeper"] not in (NOBODY, c):
            return False
        if stop & 1:
            if not given.legs[leg]["taken"] and leg not in on_board:
                return False
            done.add(leg)
        elif given.legs[leg]["taken"] or leg in on_board:
            return False
        else:
            on_board.add(leg)
    return on_board <= done


def _plan_of(given: Problem, state, steps: int) -> Plan:
    picked_at, given_at = np.full((2, len(given.legs)), np.nan)
    stops, at, left = [], [], []
    for c, n in enumerate(state.tours["n"]):
        route, track = state.stops[c, :n].copy(), state.track[c, 1 : n + 1]
        gives = route & 1 == 1
        picked_at[route[~gives] >> 1] = track["at"][~gives]
        given_at[route[gives] >> 1] = track["at"][gives]
        stops.append(route)
        at.append(track["at"].copy())
        left.append(track["left"].copy())
    courier, cost = state.lots["courier"].copy(), float(state.tally["total"][0])
    return Plan(stops, at, left, courier, picked_at, given_at, cost, steps)
