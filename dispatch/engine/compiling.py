"""Numba and where it keeps what it has compiled, for the engine's compiled modules.

They alone import it, and `plan` imports them when it is called: Numba and LLVM take a hundred megabytes, which a process
that makes no plans does without.
"""

import hashlib
from pathlib import Path
from typing import Any

import numba
from numba import njit

__all__ = ["njit"]

# Numba compiles anew when a function's own file has changed, not when one that it calls has: an engine that was
# updated would run on with parts of the one before. Each state of these files has a cache of its own.
_HERE = Path(__file__).parent
_STATE = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py"))))
config: Any = numba.config
config.CACHE_DIR = str(Path(config.CACHE_DIR or _HERE / "__pycache__") / _STATE.hexdigest()[:12])
