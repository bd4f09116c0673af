"""What the platform takes of a machine's memory: server mode with a fixed table of workers, and the embedded demo.

script/bench memory [--against CHECKOUT] [--seconds N] [--web-workers N] [--task-workers N]

Each mode is started by its own script, filled with the demo campus and kept busy: the campus's virtual life, four pages a
second, three open websockets. A figure is the mean over the second half of the time of what all processes of the mode
take together (PSS: a page that several share counts once), in MB. The processes that make the load are not among them, nor
PostgreSQL and Redis. `--against` measures another checkout in the same way, mode by mode in turn (it needs a `script/prepare`
of its own and the same demo), and prints `server_ratio` and `embedded_ratio`: this one over that one.

Bytecode and the engine's machine code are compiled beforehand, as they are on a machine that has run the platform before.
"""

import argparse
import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from statistics import mean
from urllib.error import URLError

from cryptography.fernet import Fernet
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from benchmarks._db import empty_database
from benchmarks._memory import tree_megabytes, tree_pids
from benchmarks._processes import ROOT, free_port, running

STUDENT, COURIER, SUPERVISOR = "13800000001", "13800000002", "13800000006"
# What both builds have. The second of each pair is asked for by the person of the first.
PAGES = [
    (STUDENT, "/"), (COURIER, "/c/"), (SUPERVISOR, "/admin/"), (STUDENT, "/new/parcel/"),
    (SUPERVISOR, "/admin/console/"), (STUDENT, "/orders/"), (COURIER, "/c/me/"), (SUPERVISOR, "/admin/orders/order/"),
]  # fmt: skip
LIVE = [(STUDENT, "/"), (COURIER, "/c/"), (SUPERVISOR, "/admin/console/")]
PAGES_A_SECOND = 4
LIVE_URL = re.compile(r"/ws/live/\?t=[\w.:~-]+")
# Settings of a real installation, but that the supervisor need not show a second factor.
SETTINGS = (
    "from campus_errand.settings.prod import *\nSTAFF_SECOND_FACTOR = False\n"
    'SILENCED_SYSTEM_CHECKS = [*globals().get("SILENCED_SYSTEM_CHECKS", []), "accounts.E003"]\n'
)

# Run by the measured checkout's own Python.
SET_UP = "import django; django.setup()\n"
FILL = SET_UP + (
    "from datetime import timedelta; from simulation.demo import load_demo\n"
    "load_demo(history=timedelta(hours=2), say=lambda text: None)"
)
LIFE = SET_UP + "import threading; from simulation import run; run.start(threading.Event()).join()"
LOG_IN = SET_UP + (
    "import json, sys; from django.test import Client; from accounts.models import User\n"
    "def cookies(phone):\n"
    "    client = Client(); client.force_login(User.objects.get(phone=phone))\n"
    "    return '; '.join(f'{name}={one.value}' for name, one in client.cookies.items())\n"
    "print(json.dumps({phone: cookies(phone) for phone in sys.argv[1:]}))"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--against", type=Path, help="a checkout of another build")
    options.add_argument("--seconds", type=float, default=120, help="of load, for each mode of each build")
    options.add_argument("--web-workers", type=int, default=2)
    options.add_argument("--task-workers", type=int, default=3)
    args = options.parse_args()
    os.environ |= {
        "WEB_WORKERS": str(args.web_workers),
        "WEB_THREADS": "4",
        "TASK_WORKERS": str(args.task_workers),
    }
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended all the same
    builds = {"": ROOT} | ({"other_": args.against.resolve()} if args.against else {})
    for root in builds.values():
        prepare(root)
    figures: dict[str, float] = {}
    for mode in (server, embedded):
        for prefix, root in builds.items():
            figures |= measure(mode, root, prefix, args.seconds)
    if args.against:
        for mode in ("server", "embedded"):
            figures[f"{mode}_ratio"] = round(figures[f"{mode}_mb"] / figures[f"other_{mode}_mb"], 3)
    print()
    for name, value in figures.items():
        print(f"{name}={value}")


def prepare(root: Path) -> None:
    """Compile everything once, so that no measured process does it."""
    if not (root / "manage.py").exists():
        sys.exit(f"{root} is no checkout.")
    env = environment()
    subprocess.run([root / "script/prepare"], cwd=root, env=env, check=True)
    python = root / ".venv/bin/python"
    # (Packages hold templates of Python that are none: what does not compile does not matter.)
    subprocess.run(
        [python, "-m", "compileall", "-q", "-j", "0", "."], cwd=root, env=env, stdout=subprocess.DEVNULL
    )
    warm_up = (
        "jit_warmup" if (root / "dispatch/engine/jit_warmup.py").exists() else "warm"
    )  # as it was called before
    subprocess.run([python, "-m", f"dispatch.engine.{warm_up}"], cwd=root, env=env, check=True)


def environment(**more: str) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PYTHONUNBUFFERED": "1"} | more


def measure(mode, root: Path, prefix: str, seconds: float) -> dict[str, float]:
    """{prefix + "server_mb": …} of one mode of the checkout at `root`."""
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as folder:
        port = free_port()
        with mode(root, Path(folder), port) as (process, env):
            wait_until_well(process, env, port)
            with Load(root, env, port, life=mode is server) as load:
                samples = watch(process, seconds)
            if not load.frames or len(load.failed) > load.asked / 20:
                sys.exit(f"This was no load: {load.asked} pages, {load.frames} frames, {load.failed[:5]}")
    name = f"{prefix}{mode.__name__}_mb"
    later = samples[len(samples) // 2 :]
    whole = round(mean(sum(sample.values()) for sample in later), 1)
    print(
        f"{root.name}, {mode.__name__} mode: {whole:.1f} MB in {len(later[-1])} processes; {load.asked} pages, {load.frames} frames, {len(load.failed)} failures"
    )
    for part in sorted(later[-1], key=later[-1].get, reverse=True):
        print(f"  {later[-1][part]:7.1f}  {part}")
    return {name: whole}


# -- The modes -------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def server(root: Path, folder: Path, port: int) -> Iterator[tuple[subprocess.Popen, dict]]:
    (folder / "measured_settings.py").write_text(SETTINGS)
    with empty_database("memory") as url:
        env = environment(
            DATABASE_URL=url,
            REDIS_URL=os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/14",
            DJANGO_SETTINGS_MODULE="measured_settings",
            PYTHONPATH=f"{folder}{os.pathsep}{root}",
            SECRET_KEY=secrets.token_urlsafe(48),
            FIELD_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
            ALLOWED_HOSTS="127.0.0.1", INSECURE_HTTP="1", SANDBOX="1", PORT=str(port),
            VAR_DIR=str(folder), RUN_DIR=str(folder / "run"), STATIC_ROOT=str(folder / "static"),
        )  # fmt: skip
        with started(root, "server", env) as process:
            yield process, env


@contextlib.contextmanager
def embedded(root: Path, folder: Path, port: int) -> Iterator[tuple[subprocess.Popen, dict]]:
    env = environment(VAR_DIR=str(folder), PORT=str(port), PYTHONPATH=str(root), DEMO="1",
                      DJANGO_SETTINGS_MODULE="campus_errand.settings.dev")  # fmt: skip
    for name in ("DATABASE_URL", "REDIS_URL"):
        env.pop(name, None)
    with started(root, "demo", env) as process:
        yield process, env


@contextlib.contextmanager
def started(root: Path, script: str, env: dict) -> Iterator[subprocess.Popen]:
    """Run one of the checkout's scripts until the block ends, and see that nothing it has started outlives it."""
    with (Path(env["VAR_DIR"]) / "said").open("w") as said:
        process = subprocess.Popen([root / "script" / script], cwd=root, env=env, stdout=said, stderr=said)
    try:
        yield process
    finally:
        tree = tree_pids(process.pid)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(40)
        for pid in tree:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def wait_until_well(process: subprocess.Popen, env: dict, port: int, seconds: float = 400) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(URLError, OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10).close()
            return
        time.sleep(0.5)
    sys.exit((Path(env["VAR_DIR"]) / "said").read_text()[-3000:] + "\nThe platform did not start.")


# -- The load --------------------------------------------------------------------------------------------------------


class Load:
    """Pages, sockets and, where the mode has none of its own, the virtual life, until the block ends."""

    def __init__(self, root: Path, env: dict, port: int, *, life: bool) -> None:
        self.root, self.env, self.address = root, env, f"127.0.0.1:{port}"
        self.life = [[self.python, "-c", LIFE]] if life else []
        self.asked, self.frames, self.failed = 0, 0, []
        self.ended = threading.Event()

    @property
    def python(self) -> str:
        return str(self.root / ".venv/bin/python")

    def __enter__(self) -> "Load":
        if self.life:
            self.inside(FILL)
        self.cookies = json.loads(self.inside(LOG_IN, STUDENT, COURIER, SUPERVISOR))
        self.processes = contextlib.ExitStack()
        self.processes.enter_context(running(self.life, self.env, cwd=self.root))
        self.threads = [threading.Thread(target=self.ask, daemon=True)]
        self.threads += [threading.Thread(target=self.listen, args=page, daemon=True) for page in LIVE]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(30)
        self.processes.close()

    def inside(self, code: str, *args: str) -> str:
        """Run a line of Python in the measured checkout; what it prints."""
        done = subprocess.run([self.python, "-c", code, *args], cwd=self.root, env=self.env, check=True,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
        return done.stdout

    def get(self, phone: str, path: str) -> str:
        request = urllib.request.Request(
            f"http://{self.address}{path}", headers={"Cookie": self.cookies[phone]}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def ask(self) -> None:
        for phone, path in cycle(PAGES):
            if self.ended.wait(1 / PAGES_A_SECOND):
                return
            self.asked += 1
            try:
                self.get(phone, path)
            except OSError as error:
                self.failed.append(f"{path}: {error}")

    def listen(self, phone: str, path: str) -> None:
        """Hold the page's websocket open and count what comes."""
        try:
            url = LIVE_URL.search(self.get(phone, path))[0]
            with connect(f"ws://{self.address}{url}", origin=f"http://{self.address}") as page:
                while not self.ended.is_set():
                    with contextlib.suppress(TimeoutError):
                        page.recv(timeout=1)
                        self.frames += 1
        except (OSError, TypeError, WebSocketException) as error:
            self.failed.append(f"websocket of {path}: {error!r}")


def watch(process: subprocess.Popen, seconds: float) -> list[dict[str, float]]:
    """What each process of the tree took, once a second."""
    samples, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        samples.append(tree_megabytes(process.pid))
        time.sleep(1)
    return samples


if __name__ == "__main__":
    main()
