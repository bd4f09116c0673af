"""Every plan can be gone, whatever it is asked and however little time it has; more time makes it no worse."""

import numpy as np
import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from dispatch.engine import NOBODY, Weights, moves, plan, problem, search
from dispatch.engine.planner import prepare
from tests.dispatch.engine.worlds import assert_sound, small_day, worlds

WEIGHTS = Weights(share=20.0)


@each(worlds(), st.integers(0, 60), st.integers(0, 5))
def test_a_plan_can_be_gone(given, steps, seed):
    assert_sound(given, plan(given, WEIGHTS, steps=steps, seed=seed))


@each(worlds())
def test_without_any_time_what_is_theirs_stays_theirs(given):
    assert_sound(given, plan(given, WEIGHTS, seconds=0.0))


@each(worlds())
def test_the_same_seed_makes_the_same_plan(given):
    one, other = (plan(given, WEIGHTS, steps=40, seed=3) for _ in range(2))
    assert [s.tolist() for s in one.stops] == [s.tolist() for s in other.stops]
    assert one.cost == other.cost


@each(worlds())
def test_more_time_makes_it_no_worse(given):
    none, some = plan(given, WEIGHTS, steps=0), plan(given, WEIGHTS, steps=80)
    assert (some.courier == NOBODY).sum() <= (none.courier == NOBODY).sum()
    if (some.courier == NOBODY).sum() == (none.courier == NOBODY).sum():
        assert some.cost <= none.cost + 1e-6


@each(worlds(), st.integers(0, 5))
def test_it_goes_on_from_an_earlier_plan(given, seed):
    earlier = plan(given, WEIGHTS, steps=30, seed=seed)
    later = plan(given, WEIGHTS, steps=0, start=earlier.stops)
    assert_sound(given, later)
    assert [s.tolist() for s in later.stops] == [s.tolist() for s in earlier.stops]


@each(worlds(), st.randoms(use_true_random=False))
def test_nonsense_from_earlier_is_forgotten(given, random):
    legs = len(given.legs)
    start = [[random.randrange(-2, 2 * legs + 4) for _ in range(random.randrange(6))] for _ in given.couriers]
    assert_sound(given, plan(given, WEIGHTS, steps=5, start=start))


@each(worlds(), st.integers(0, 5))
def test_what_is_remembered_of_a_route_is_what_it_costs(given, seed):
    assert_remembered_rightly(given, seed)


def test_routes_are_remembered():
    assert assert_remembered_rightly(small_day(4), seed=1) > 50


def assert_remembered_rightly(given, seed: int) -> int:
    """How many prices of legs in routes as they now are were remembered; each is what it costs."""
    state = prepare(given, WEIGHTS, seed)
    search.construct(given, WEIGHTS, state, np.arange(len(given.legs)))
    if given.allowed.size:
        search.improve(given, WEIGHTS, state, 40, 100.0, 1.0)
    count = 0
    for c, leg in np.argwhere(given.allowed):
        known = state.near[leg][state.near[leg]["courier"] == c]
        key = moves.mixed(state.tours["key"][c], moves.in_parts(state.lots["ready"][leg]))
        if not len(known) or known["key"][0] != key or state.lots["courier"][leg] == c:
            continue
        count += 1
        cost, a, b = moves.price(given, WEIGHTS, state, leg, c, np.inf)
        if known["cost"][0] < np.inf:
            assert (known["a"][0], known["b"][0]) == (a, b)
            assert known["cost"][0] == pytest.approx(cost, abs=1e-6)
        else:
            assert cost >= known["limit"][0] - 1e-6
    return count


def test_the_costs_are_those_of_its_times():
    given = small_day(1, notified=np.arange(40) % 12, pay=3.0, share=6.0)
    found = plan(given, WEIGHTS, steps=300)
    late = np.maximum(0, found.given_at - given.legs["due_at"])
    cost = (found.given_at - given.legs["ready_at"]).sum() + late.sum() + WEIGHTS.broken * (late > 0).sum()
    for c, route in enumerate(found.stops):
        here = given.couriers["place"][c]
        for stop in route:
            there = given.legs["dropoff" if stop & 1 else "pickup"][stop >> 1]
            cost += WEIGHTS.travel * given.travel[0, here, there]
            here = there
        cost += WEIGHTS.share * max(0, 3.0 * len(route) / 2 - 6.0)
    cost += WEIGHTS.change * (found.courier != given.legs["notified"]).sum()
    assert found.cost == pytest.approx(cost)


def test_nobody_and_nothing():
    travel = np.zeros((1, 1))
    nothing = problem(now=0, travel=travel, place=[0], pickup=[], dropoff=[], ready_at=[])
    assert [len(route) for route in plan(nothing, steps=10).stops] == [0]
    nobody = problem(now=0, travel=travel, place=[], pickup=[0], dropoff=[0], ready_at=[5])
    assert plan(nobody, steps=10).courier.tolist() == [NOBODY]


def test_a_leg_that_nobody_may_carry_is_left_and_the_others_go():
    allowed = np.ones((12, 40), bool)
    allowed[:, 7] = False
    found = plan(small_day(2, allowed=allowed), steps=50)
    assert found.courier[7] == NOBODY
    assert (np.delete(found.courier, 7) != NOBODY).all()


def test_two_shops_in_one_trip_where_that_is_allowed():
    """A - B - home in a row: one trip through both shops beats going twice."""
    travel = np.abs(np.subtract.outer([0, 10, 20], [0, 10, 20])) * 60.0
    one = {
        "now": 0,
        "travel": travel,
        "place": [0],
        "capacity": 2,
        "pickup": [0, 1],
        "dropoff": [2, 2],
        "ready_at": 0,
    }
    both = plan(problem(**one), steps=50)
    assert both.stops[0].tolist()[:2] == [0, 2]
    alone = plan(problem(**one, one_place=True), steps=50)
    assert max(both.given_at) < max(alone.given_at)


def test_a_leg_changes_hands_only_when_it_pays():
    """Told courier 0, who is a little farther than courier 1."""
    travel = np.array([[0, 0, 40], [0, 0, 0], [0, 0, 0]], float)
    one = {"now": 0, "place": [0, 1], "pickup": [2], "dropoff": [2], "ready_at": 0, "notified": [0]}
    assert plan(problem(travel=travel, **one), Weights(change=60), steps=20).courier.tolist() == [0]
    assert plan(problem(travel=travel * 4, **one), Weights(change=60), steps=20).courier.tolist() == [1]


def test_who_has_earned_their_share_comes_second():
    travel = np.array([[0, 0, 50], [0, 0, 51], [0, 0, 0]], float)
    one = {
        "now": 0,
        "travel": travel,
        "place": [0, 1],
        "pickup": [2],
        "dropoff": [2],
        "ready_at": 0,
        "pay": 5,
    }
    fair = problem(**one, earned=[30, 10], share=20)
    assert plan(fair, Weights(share=0), steps=20).courier.tolist() == [0]
    assert plan(fair, Weights(share=2), steps=20).courier.tolist() == [1]


def test_who_goes_home_soon_is_sent_the_long_way_when_many_wait():
    """The other one is nearer, but would be missed until they are back."""
    travel = np.array([[0, 0, 50, 0], [0, 0, 60, 0], [0, 0, 0, 300], [0, 0, 0, 0]], float)
    one = problem(now=0, travel=travel, place=[0, 1], ends_at=[9000, 70], pickup=[2], dropoff=[3], ready_at=0)
    assert plan(one, Weights(busy=0), steps=20).courier.tolist() == [0]
    assert plan(one, Weights(busy=2), steps=20).courier.tolist() == [1]


def test_both_legs_of_a_relay_are_planned_together():
    """The second courier is at the station when the first arrives, not before the goods are."""
    travel = np.abs(np.subtract.outer([0, 600, 900], [0, 600, 900])).astype(float)
    given = problem(
        now=0, travel=travel, place=[0, 2], pickup=[0, 1], dropoff=[1, 2], ready_at=[100, 0], give=20,
        after=[NOBODY, 0], allowed=[[True, False], [True, True]],
    )  # fmt: skip
    found = plan(given, steps=50)
    assert found.courier.tolist() == [0, 1]
    assert found.given_at.tolist() == [710, 720 + 300 + 10]


def test_a_second_leg_without_its_first_goes_nowhere():
    given = problem(
        now=0, travel=np.zeros((1, 1)), place=[0], pickup=[0, 0], dropoff=[0, 0], ready_at=0,
        after=[NOBODY, 0], allowed=[[False, True]],
    )  # fmt: skip
    assert plan(given, steps=20).courier.tolist() == [NOBODY, NOBODY]


def test_a_budget_is_needed():
    with pytest.raises(ValueError, match="budget"):
        plan(small_day(3))


def test_what_is_only_expected_never_displaces_what_is_there():
    """Before the end of the shift there is time for one of two places: five likely orders here, a real one there."""
    travel = np.array([[0, 100, 100], [100, 0, 300], [100, 300, 0]], float)
    given = problem(
        now=0, travel=travel, place=[0], ends_at=150, capacity=6, pickup=[1] * 5 + [2], dropoff=0, ready_at=0,
        weight=[0.5] * 5 + [1.0],
    )  # fmt: skip
    assert plan(given, steps=200).courier.tolist() == [NOBODY] * 5 + [0]
