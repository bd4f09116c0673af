"""One Chromium for a run of tests, and another when it will not close."""

import os
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Timer

from playwright.sync_api import Browser, Error, Playwright

# Closing takes milliseconds; some seconds on a loaded machine.
PATIENCE = 30.0


class Browsers:
    def __init__(self, playwright: Playwright, path: str | None) -> None:
        self.playwright, self.path = playwright, path
        self.one: Browser | None = None

    def get(self) -> Browser:
        if self.one is None or not self.one.is_connected():
            self.one = self.playwright.chromium.launch(
                executable_path=self.path,
                args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
            )
        return self.one


@contextmanager
def closing_anyway(patience: float = PATIENCE):
    """What is closed here is closed in the end: once in some hundred journeys Chromium does not answer (seen after the
    board's drag), Playwright waits for it without limit, and a whole run would hang for what no test is about."""
    killed = Event()

    def kill() -> None:
        killed.set()
        for pid in pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    timer = Timer(patience, kill)
    timer.start()
    try:
        yield
    except Error:
        if not killed.is_set():
            raise
    finally:
        timer.cancel()


def pids() -> list[int]:
    """The children of this process's children (Playwright's driver) that are called so."""
    parents, names = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text().rpartition(")")
            pid = int(stat.parent.name)
            parents[pid], names[pid] = int(rest.split()[1]), name
    me = os.getpid()
    return [pid for pid, parent in parents.items() if "chrom" in names[pid] and parents.get(parent) == me]
