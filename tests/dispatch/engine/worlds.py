"""Little worlds to plan in, and what every plan must hold to: written apart from the engine, in plain Python."""

import numpy as np
from hypothesis import strategies as st

from dispatch.engine import NEVER, NOBODY, problem


@st.composite
def worlds(draw, relays=True):
    """Any sort of problem: two vehicles, masks, ends of shift, kept and carried legs, relays, legs nobody can have."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    couriers, legs = draw(st.integers(0, 6)), draw(st.integers(0, 10))
    places = 5 + int(rng.integers(0, 10))
    xy = rng.uniform(0, 1000, (places, 2))
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    given = {
        "now": 1000.0,
        "travel": np.stack([apart, apart / 3]),
        "one_place": draw(st.booleans()),
        "place": rng.integers(0, places, couriers),
        "vehicle": rng.integers(0, 2, couriers),
        "free_at": rng.choice([0, 1000, 1500], couriers),
        "ends_at": rng.choice([900, 2500, 9000], couriers),
        "capacity": rng.integers(1, 4, couriers),
        "earned": rng.uniform(0, 20, couriers),
        "share": 15.0,
        "pickup": rng.integers(0, places, legs),
        "dropoff": rng.integers(0, places, legs),
        "ready_at": rng.uniform(500, 3000, legs),
        "due_at": rng.uniform(1000, 4000, legs),
        "take": rng.choice([0, 60, 120], legs),
        "give": rng.choice([0, 60], legs),
        "pay": rng.uniform(1, 8, legs),
        "allowed": rng.random((couriers, legs)) < 0.7,
        "after": np.full(legs, NOBODY),
        "keeper": np.full(legs, NOBODY),
        "taken": np.zeros(legs, bool),
        "notified": np.full(legs, NOBODY),
    }
    if couriers:
        given["notified"] = np.where(rng.random(legs) < 0.3, rng.integers(0, couriers, legs), NOBODY)
        given["keeper"] = np.where(rng.random(legs) < 0.25, rng.integers(0, couriers, legs), NOBODY)
        given["taken"] = (given["keeper"] != NOBODY) & (rng.random(legs) < 0.5)
    if relays:
        for first in range(0, legs - 1, 4):
            second = first + 1
            given["after"][second] = first
            given["pickup"][second] = given["dropoff"][first]
            given["keeper"][second], given["taken"][second] = NOBODY, False
    return problem(**given)


def assert_sound(given, found) -> None:
    """Nothing is forgotten, doubled, stolen, overloaded, late for the shift's end, or picked up before it is there."""
    legs, couriers = given.legs, given.couriers
    in_routes = [int(stop) for route in found.stops for stop in route]
    assert len(in_routes) == len(set(in_routes))
    for leg, it in enumerate(legs):
        c = int(found.courier[leg])
        if it["keeper"] != NOBODY:
            assert c == it["keeper"]
        wanted = set() if c == NOBODY else ({2 * leg + 1} if it["taken"] else {2 * leg, 2 * leg + 1})
        assert {stop for stop in in_routes if stop >> 1 == leg} == wanted
        if c == NOBODY:
            assert np.isnan(found.given_at[leg])
            continue
        assert given.allowed[c, leg]
        assert wanted <= set(found.stops[c].tolist())
        if it["after"] != NOBODY:
            first = it["after"]
            assert found.courier[first] not in (NOBODY, c)
            handed_over = found.given_at[first] + legs["give"][first] / 2
            assert found.picked_at[leg] >= handed_over - 1e-6
    for c, route in enumerate(found.stops):
        _assert_can_be_gone(given, couriers[c], c, route.tolist(), found)


def _assert_can_be_gone(given, who, c, route, found) -> None:
    legs = given.legs
    on_board = {leg for leg in range(len(legs)) if legs["taken"][leg] and legs["keeper"][leg] == c}
    here, t, picking = who["place"], who["free_at"], False
    assert t >= given.now
    for i, stop in enumerate(route):
        leg, gives = stop >> 1, stop & 1
        it, moment = legs[leg], found.at[c][i]
        place, half = (it["dropoff"], it["give"] / 2) if gives else (it["pickup"], it["take"] / 2)
        in_one_go = picking and not gives and place == here
        if not in_one_go:
            assert moment >= t + given.travel[who["vehicle"], here, place] + half - 1e-2
        if gives:
            assert leg in on_board, "given before it was taken"
            on_board.remove(leg)
            assert found.given_at[leg] == moment
        else:
            assert moment >= it["ready_at"]
            assert len(on_board) < who["capacity"]
            assert moment <= who["ends_at"] or it["keeper"] == c
            assert not given.one_place or not on_board or in_one_go
            on_board.add(leg)
            assert found.picked_at[leg] == moment
        here, t, picking = place, moment + half, not gives
        assert abs(found.left[c][i] - t) < 1e-6
    assert not on_board


def small_day(seed: int, couriers: int = 12, legs: int = 40, **more):
    """One moment of a busy noon, in minutes: a few kitchens, many doors. For comparisons."""
    rng = np.random.default_rng(seed)
    kitchens = rng.uniform(2000, 6000, (6, 2))
    doors = rng.uniform(0, 8000, (legs, 2))
    homes = rng.uniform(0, 8000, (couriers, 2))
    xy = np.vstack([kitchens, doors, homes])
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    ready = rng.uniform(0, 40, legs)
    given = {
        "now": 0.0,
        "travel": np.ceil(apart / 320),
        "place": 6 + legs + np.arange(couriers),
        "pickup": rng.integers(0, 6, legs),
        "dropoff": 6 + np.arange(legs),
        "ready_at": ready,
        "due_at": ready + 25,
        "take": 4.0,
        "give": 4.0,
        "capacity": 4,
        "ends_at": NEVER,
    }
    return problem(**(given | more))
