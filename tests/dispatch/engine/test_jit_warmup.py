"""What is warm stays warm: a round compiles nothing, and the other process leaves on the disk what this one reads."""

import subprocess
import sys

PROGRAM = """
from dispatch.engine import Reasons, Weights, moves, plan, routes, search, alternatives
from dispatch.engine.jit_warmup import is_warming, warm_up
from tests.dispatch.engine.worlds import small_day

def compiled():
    return {
        (module.__name__, name): len(function.signatures)
        for module in (moves, routes, search, alternatives)
        for name, function in vars(module).items()
        if hasattr(function, "signatures")
    }

warm_up(apart=True)
assert not is_warming()
before = compiled()
assert before["dispatch.engine.search", "improve"] == before["dispatch.engine.alternatives", "compare"] == 1
assert max(before.values()) == 1, before
given = small_day(1)
weights = Weights(late=2, broken=300, change=60)
found = plan(given, weights, steps=50, start=[[] for _ in given.couriers])
found = plan(given, weights, seconds=0.05, start=found.stops)
Reasons(given, weights, found).alternatives(0)
assert compiled() == before, compiled()
"""


def test_a_round_finds_everything_compiled():
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=240)
