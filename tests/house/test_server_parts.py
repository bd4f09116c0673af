"""The parts of script/server: what dies is started again, all end together, and none outlives the process that they came from."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.test_rules import ROOT

KEPT = """
import time
from campus_errand.parts import Part, keep
if keep([Part("one", []), Part("two", [])]):
    time.sleep(60)
"""


def wait_until(holds: Callable[[], object], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def pid_of(folder: Path, name: str) -> int:
    text = (folder / f"{name}.pid").read_text() if (folder / f"{name}.pid").exists() else ""
    return int(text or 0)


def runs(pid: int) -> bool:
    """Whether it does anything still; a process that nobody has taken note of yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def parent(tmp_path) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [sys.executable, "-c", KEPT],
        cwd=ROOT,
        env={**os.environ, "RUN_DIR": str(tmp_path)},
        stderr=subprocess.PIPE,
    )
    wait_until(lambda: pid_of(tmp_path, "one") and pid_of(tmp_path, "two"))
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def test_a_part_that_is_killed_comes_back_and_the_other_goes_on(parent, tmp_path):
    one, two = pid_of(tmp_path, "one"), pid_of(tmp_path, "two")
    os.kill(one, signal.SIGKILL)
    wait_until(lambda: pid_of(tmp_path, "one") not in (0, one))
    assert runs(pid_of(tmp_path, "one"))
    assert pid_of(tmp_path, "two") == two
    assert runs(two)


def test_all_end_when_the_parent_is_told_to(parent, tmp_path):
    pids = [pid_of(tmp_path, name) for name in ("one", "two")]
    parent.terminate()
    assert parent.wait(15) == 0
    assert not any(map(runs, pids))
    assert not list(tmp_path.glob("*.pid"))


def test_no_part_outlives_a_parent_that_is_killed(parent, tmp_path):
    pids = [pid_of(tmp_path, name) for name in ("one", "two")]
    parent.kill()
    wait_until(lambda: not any(map(runs, pids)))
