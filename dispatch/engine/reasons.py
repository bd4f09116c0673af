"""Why this courier: when each other one could have brought it, and what that would have cost."""

from typing import NamedTuple

import numpy as np

from dispatch.engine.planner import Plan, prepare
from dispatch.engine.problem import NOBODY, Problem, Weights


class Alternative(NamedTuple):
    """A courier who could carry a leg besides what the plan has for them anyway."""

    courier: int
    picked_at: float  # NaN when they have the goods
    given_at: float
    late: float  # behind the promise; 0 when on time
    cost: float  # of all that it adds: to this leg, to the others of the route, to the way, to pay; NaN if not known


class Reasons:
    """Asked about any number of legs of one plan, which is prepared once and stays as it is."""

    def __init__(self, given: Problem, weights: Weights, found: Plan) -> None:
        self.given, self.weights, self.found = given, Weights(*map(float, weights)), found
        self.state = prepare(given, self.weights, start=found.stops, searches=False)

    def alternatives(self, leg: int, most: int = 3) -> list[Alternative]:
        """The courier who carries `leg` in the plan, then at most `most` others, cheapest first. Empty if nobody does.

        The others, of those who could have it first, keep their routes of the plan and get the leg where it costs
        least. Whoever may not carry it, or could not pick it up before their end, is not among them.
        """
        from dispatch.engine.alternatives import compare

        if self.found.courier[leg] == NOBODY:
            return []
        who, figures = np.empty(most + 1, np.int64), np.empty((most + 1, 3))
        compare(self.given, self.weights, self.state, leg, who, figures)
        if np.isnan(figures[0, 0]):
            # Not every order of stops is tried when one is put in: the plan may have come to its own by other moves.
            figures[0, 1:] = self.found.picked_at[leg], self.found.given_at[leg]
        due_at = self.given.legs["due_at"][leg]
        return [
            Alternative(int(c), picked_at, given_at, max(0.0, given_at - due_at), cost)
            for c, (cost, picked_at, given_at) in zip(who, figures.tolist(), strict=True)
            if c != NOBODY
        ]
