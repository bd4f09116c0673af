"""The memory of a process and of all that it has started, as Linux tells it."""

import contextlib
from collections import defaultdict
from pathlib import Path

PROC = Path("/proc")


def tree_pids(root: int) -> list[int]:
    """A process and all below it."""
    children = defaultdict(list)
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it has just ended
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                children[parent].append(int(folder.name))
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def tree_megabytes(root: int) -> dict[str, float]:
    """{"pid command": MB} of a process and all below it, as PSS: what several processes share is divided among them."""
    found = {}
    for pid in tree_pids(root):
        with contextlib.suppress(OSError):
            name = (PROC / str(pid) / "comm").read_text().strip()
            command = (PROC / str(pid) / "cmdline").read_text().replace("\0", " ").strip()
            found[f"{pid} {name:15} {command[-75:]}"] = _pss(pid)
    return found


def _pss(pid: int) -> float:
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0  # it has ended and is not yet taken note of
