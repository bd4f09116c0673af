"""Why this courier: the others, and what would have been."""

import numpy as np
from hypothesis import given as each

from dispatch.engine import NOBODY, Reasons, Weights, plan, problem
from tests.dispatch.engine.worlds import small_day, worlds


@each(worlds())
def test_the_courier_of_the_plan_comes_first_and_nobody_who_may_not(given):
    found = plan(given, steps=20)
    reasons = Reasons(given, Weights(), found)
    for leg in range(len(given.legs)):
        rows = reasons.alternatives(leg)
        if found.courier[leg] == NOBODY:
            assert rows == []
            continue
        assert rows[0].courier == found.courier[leg]
        assert len({row.courier for row in rows}) == len(rows) <= 4
        assert all(given.allowed[row.courier, leg] for row in rows)
        assert [row.cost for row in rows[1:]] == sorted(row.cost for row in rows[1:])


def test_it_tells_the_times_and_leaves_the_plan_alone():
    travel = np.array([[0, 0, 100, 0], [0, 0, 400, 0], [0, 0, 0, 60], [0, 0, 0, 0]], float)
    given = problem(now=0, travel=travel, place=[0, 1], pickup=[2], dropoff=[3], ready_at=0, due_at=200)
    found = plan(given, steps=5)
    near, far = Reasons(given, Weights(), found).alternatives(0)
    assert (near.courier, near.picked_at, near.given_at, near.late) == (0, 100, 160, 0)
    assert (far.courier, far.picked_at, far.given_at, far.late) == (1, 400, 460, 260)
    assert found.stops[0].tolist() == [0, 1]


def test_nobody_else_would_have_been_cheaper_once_the_search_has_ended():
    given = small_day(4)
    found = plan(given, steps=1500)
    reasons, better = Reasons(given, Weights(), found), 0
    for leg in range(len(given.legs)):
        mine, *others = reasons.alternatives(leg)
        better += any(other.cost < mine.cost - 1e-6 for other in others)
    assert better == 0


@each(worlds())
def test_asking_changes_nothing(given):
    """The same answer whatever was asked before."""
    found = plan(given, steps=20)
    legs = [leg for leg in range(len(given.legs)) if found.courier[leg] != NOBODY]
    reasons = Reasons(given, Weights(), found)
    before = [reasons.alternatives(leg) for leg in legs]
    again = [reasons.alternatives(leg) for leg in reversed(legs)][::-1]
    fresh = [Reasons(given, Weights(), found).alternatives(leg) for leg in legs]
    assert repr(before) == repr(again) == repr(fresh)


@each(worlds())
def test_all_who_can_are_weighed(given):
    """Against asking everybody in turn, one at a time."""
    found = plan(given, steps=20)
    reasons = Reasons(given, Weights(), found)
    for leg in range(len(given.legs)):
        few, all_of_them = (reasons.alternatives(leg, most) for most in (2, len(given.couriers)))
        assert repr(few) == repr(all_of_them[:3])
