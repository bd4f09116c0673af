"""The dispatching engine: from couriers and legs as plain arrays to routes with times. No Django in here.

given = problem(now=…, travel=…, place=…, pickup=…, dropoff=…, ready_at=…, …)
found = plan(given, Weights(…), seconds=0.5)
found.stops[c], found.at[c]             # courier c's stops, in order, and their moments
Reasons(given, Weights(…), found).alternatives(leg)  # who else could have had it, and when
"""

from dispatch.engine.planner import Plan, plan
from dispatch.engine.problem import NEVER, NOBODY, Problem, Weights, problem
from dispatch.engine.reasons import Alternative, Reasons

__all__ = ["NEVER", "NOBODY", "Alternative", "Plan", "Problem", "Reasons", "Weights", "plan", "problem"]
