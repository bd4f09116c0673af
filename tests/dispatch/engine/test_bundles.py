"""The rule that the engine is measured against does what it says: its matches are the cheapest there are."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from benchmarks._bundles import Bundles, assignment
from benchmarks._campus_day import generate, live


@each(st.integers(1, 4), st.integers(1, 5), st.integers(0, 10_000))
def test_no_other_match_is_cheaper(rows, columns, seed):
    cost = np.random.default_rng(seed).normal(size=(rows, columns))
    pairs = assignment(cost)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == min(rows, columns)
    short = cost if rows <= columns else cost.T
    cheapest = min(
        short[np.arange(len(short)), list(chosen)].sum()
        for chosen in permutations(range(short.shape[1]), len(short))
    )
    assert sum(cost[pair] for pair in pairs) == pytest.approx(cheapest)


def test_a_day_is_lived_through_and_nobody_goes_where_they_may_not():
    day = live(generate(3, orders=60, couriers=16), Bundles(3))
    assert day.violations == 0
    assert sum(leg.given is not None for leg in day.legs) >= 0.95 * len(day.legs)
