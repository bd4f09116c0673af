"""What is wrong with a problem is said in words, before anything is planned."""

import numpy as np
import pytest

from dispatch.engine import problem

GOOD = {
    "now": 0,
    "travel": np.ones((2, 3, 3)),
    "place": [0, 1],
    "pickup": [0, 1],
    "dropoff": [2, 2],
    "ready_at": 0,
}


@pytest.mark.parametrize(
    "bad, words",
    [
        ({"travel": np.ones(3)}, "travel is"),
        ({"travel": np.ones((2, 3))}, "travel is"),
        ({"travel": -np.ones((3, 3))}, "travel time"),
        ({"travel": np.full((3, 3), np.nan)}, "travel time"),
        ({"pickup": [0, 3]}, "pickup points outside"),
        ({"dropoff": [-1, 0]}, "dropoff points outside"),
        ({"place": [0, 9]}, "place points outside"),
        ({"vehicle": 2}, "vehicle points outside"),
        ({"ready_at": [1, 2, 3]}, "ready_at does not have 2 rows"),
        ({"due_at": [1, float("nan")]}, "due_at is not a number"),
        ({"capacity": [1, 0]}, "one leg at least"),
        ({"keeper": [2, -1]}, "keeper points outside"),
        ({"taken": True}, "has a keeper"),
        ({"after": [1, 0]}, "waits for one leg"),
        ({"after": [-1, 0], "keeper": [1, 1]}, "different keepers"),
        ({"after": [-1, 0], "keeper": [-1, 1], "taken": [False, True]}, "does not wait"),
    ],
)
def test_it_is_said(bad, words):
    with pytest.raises(ValueError, match=words):
        problem(**(GOOD | bad))


def test_what_is_theirs_is_allowed():
    given = problem(**(GOOD | {"allowed": False, "keeper": [1, -1]}))
    assert given.allowed.tolist() == [[False, False], [True, False]]


def test_nobody_is_free_in_the_past():
    assert problem(**(GOOD | {"now": 50, "free_at": [0, 70]})).couriers["free_at"].tolist() == [50, 70]
