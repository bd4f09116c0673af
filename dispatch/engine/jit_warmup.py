"""Compiles the engine before it is wanted: half a minute the first time, a second when the disk has it already.

python -m dispatch.engine.jit_warmup    writes what is compiled to the disk
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np

from dispatch.engine.planner import plan
from dispatch.engine.problem import NOBODY, Weights, problem
from dispatch.engine.reasons import Reasons

_warming = threading.Lock()


def warm_up(*, apart: bool = False) -> None:
    """Everything that a round calls, once. `apart`: another process compiles, so that this one's threads can serve pages
    meanwhile; what it leaves on the disk is only read here."""
    with _warming:
        if apart:
            root = Path(__file__).resolve().parents[2]
            subprocess.run([sys.executable, "-m", __name__], cwd=root, check=False)
        _run_once()


def is_warming() -> bool:
    """A round that began now would wait, or compile everything a second time."""
    return _warming.locked()


def _run_once() -> None:
    """A relay, a leg in somebody's hands, one that is only expected, and one that nobody may carry."""
    given = problem(
        now=0, travel=np.ones((2, 3, 3)), place=[0, 1, 2], capacity=2, pickup=[0, 1, 2, 0, 1],
        dropoff=[1, 2, 0, 2, 0], ready_at=0, due_at=1, after=[NOBODY, 0, *[NOBODY] * 3],
        keeper=[NOBODY, NOBODY, 2, NOBODY, NOBODY], taken=[False, False, True, False, False],
        weight=[1, 1, 1, 0.5, 1], allowed=[[1, 1, 1, 1, 0]] * 3,
    )  # fmt: skip
    found = plan(given, Weights(), steps=50)
    Reasons(given, Weights(), found).alternatives(0)


if __name__ == "__main__":
    os.nice(10)
    warm_up()
