"""Processes that a benchmark starts and surely ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def running(commands: list[list[str]], env: dict, **more) -> Iterator[list[subprocess.Popen]]:
    """Run the commands until the block ends, each as a group of its own; then ask them to end, then make them."""
    started = [
        subprocess.Popen(
            command, env=env, start_new_session=True, **{"cwd": ROOT, "stdout": subprocess.DEVNULL, **more}
        )
        for command in commands
    ]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    """Until somebody listens there; exits with a sentence after half a minute."""
    for _ in range(150):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    sys.exit("The server did not start.")
