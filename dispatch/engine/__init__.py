"""The dispatching engine: from couriers and legs as plain arrays to routes with times. No Django in here.

given = problem(now=…, travel=…, place=…, pickup=…, dropoff=…, ready_at=…, …)
found = plan(given, Weights(…), seconds=0.5)
found.stops[c], found.at[c]             # courier c's stops, in order, and their moments
Reasons(given, Weights(…), found).alternatives(leg)  # who else could have had it, and when
"""

import hashlib
from pathlib import Path

import numba

# Numba compiles anew when a function's own file has changed, not when one that it calls has: an engine that was
# updated would run on with parts of the one before. Each state of these files has a cache of its own.
_HERE = Path(__file__).parent
_STATE = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py"))))
numba.config.CACHE_DIR = str(Path(numba.config.CACHE_DIR or _HERE / "__pycache__") / _STATE.hexdigest()[:12])

from dispatch.engine.planner import Plan, plan  # noqa: E402 - behind the cache's folder
from dispatch.engine.problem import NEVER, NOBODY, Problem, Weights, problem  # noqa: E402
from dispatch.engine.reasons import Alternative, Reasons  # noqa: E402

__all__ = ["NEVER", "NOBODY", "Alternative", "Plan", "Problem", "Reasons", "Weights", "plan", "problem"]
