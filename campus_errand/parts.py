"""Server mode on one machine: its parts are forked from one process that has loaded the application, and share its memory.

python -m campus_errand.parts "web granian --port 8001 …" "worker celery -A campus_errand worker …"

The first word of each is its name, the rest a command as one would type it. A part that ends is started again; its process
id is in RUN_DIR/NAME.pid. SIGTERM ends all of them, then this process.
"""

import ctypes
import os
import shlex
import signal
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

# Of each program: the module of its command, the function to call, and what the command would load by itself, in each part.
PROGRAMS = {
    "granian": ("granian.cli", "entrypoint", ()),
    "uvicorn": ("uvicorn.main", "main", ()),
    "celery": (
        "celery.bin.celery",
        "main",
        ("celery.apps.beat", "celery.apps.worker", "kombu.transport.redis"),
    ),
}
LOOKS, PAUSE = 0.2, 1.0  # seconds between two looks, and before what has ended is started again
LAST_CALL = 9.0  # seconds that a part has to finish what it has begun
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # of prctl(2)


@dataclass
class Part:
    name: str
    command: list[str]
    pid: int | None = None
    due: float = 0.0  # when it may be started

    @property
    def file(self) -> Path:
        return Path(os.environ.get("RUN_DIR", "var/run"), f"{self.name}.pid")


def main() -> None:
    parts = [Part(name, command) for name, *command in map(shlex.split, sys.argv[1:])]
    programs = {part.name: PROGRAMS[part.command[0]] for part in parts}
    for module, _function, more in programs.values():
        for name in (module, *more):
            import_module(name)
    from campus_errand import asgi  # noqa: F401  (sets Django up; the parts find it here)
    from campus_errand.celery import app
    from campus_errand.forking import load_for_children

    app.loader.import_default_modules()
    load_for_children()
    mine = keep(parts)
    if mine is not None:
        sys.argv = mine.command
        module, function, _more = programs[mine.name]
        sys.exit(getattr(import_module(module), function)())


def keep(parts: list[Part]) -> Part | None:
    """Fork the parts and fork again what ends. Returns in each child, with its part, and in the parent when all is over."""
    asked: list[int] = []  # signals to stop
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: asked.append(number))
    parent = os.getpid()
    while not asked:
        for part in parts:
            if part.pid is None and time.monotonic() >= part.due:
                part.pid = os.fork()
                if part.pid == 0:
                    _begin(part, parent)
                    return part
                part.file.write_text(f"{part.pid}\n")
        _reap(parts, again=True)
        time.sleep(LOOKS)
    until = time.monotonic() + LAST_CALL
    for part in parts:
        if part.pid:
            os.kill(part.pid, signal.SIGTERM)
    while any(part.pid for part in parts):
        _reap(parts, again=False)
        if time.monotonic() > until:
            for part in parts:
                _kill_group(part)
        time.sleep(LOOKS)
    for part in parts:
        part.file.unlink(missing_ok=True)
    return None


def _begin(part: Part, parent: int) -> None:
    """In a child: a group and a name of its own (`ps -o comm`), the usual signals, and an end that comes with the parent's."""
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_NAME, f"errand-{part.name}".encode())
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it had ended before it could be asked for that
        sys.exit(1)


def _reap(parts: list[Part], *, again: bool) -> None:
    for part in parts:
        if part.pid and os.waitpid(part.pid, os.WNOHANG)[0]:
            _kill_group(part)  # what a killed head leaves behind is ended with it
            part.pid, part.due = None, time.monotonic() + PAUSE
            if again:
                print(f"{part.name} ended and is started again", file=sys.stderr, flush=True)  # noqa: T201


def _kill_group(part: Part) -> None:
    if part.pid:
        try:
            os.killpg(part.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


if __name__ == "__main__":
    main()
