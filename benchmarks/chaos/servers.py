"""The servers that a run breaks: all of them its own, on ports of its own, in one folder, ended by process id.

None of them is a shared one. Where the machine cannot give one (no root for a disk of limited size, no C compiler for
the clock, no caddy), the run goes on without it and says so.
"""

import contextlib
import getpass
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import redis

from benchmarks._processes import ROOT

DISK_MB = 1024
HERE = Path(__file__).resolve().parent


class Missing(Exception):
    """This machine cannot give that part; the sentence says what is lacking."""


def wait_until(holds: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Whether it came to hold within that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(pause)
    return False


def answers(port: int) -> bool:
    """Whether somebody takes connections there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


def free_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    for _ in range(200):
        first = random.randint(20_000, 32_000)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for number in range(count):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", first + number))
            return first
    sys.exit("No free ports.")


class Clock:
    """The time of day of all processes that are started with `env`: see clock.c.

    (libfaketime of Debian 12 cannot do it: with it CPython's `time.sleep` fails.)
    """

    def __init__(self, folder: Path) -> None:
        self.offset, library = folder / "clock", folder / "clock.so"
        self.offset.write_bytes(bytes(8))
        self.env: dict[str, str] = {}
        compiler = shutil.which("cc")
        if not compiler:
            return
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-o", library, HERE / "clock.c", "-ldl"], check=True
        )
        self.env = {"LD_PRELOAD": str(library), "CLOCK_OFFSET_FILE": str(self.offset)}

    @property
    def settable(self) -> bool:
        return bool(self.env)

    def shift(self, seconds: int) -> None:
        """It is that much later (or, negative, earlier) than it is."""
        with self.offset.open("r+b") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))


class Postgres:
    """A cluster of one's own; as root it runs as the user postgres, which may not be root."""

    def __init__(self, folder: Path, port: int, env: dict[str, str]) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3])
        initdb = str(found[-1]) if found else shutil.which("initdb")
        if not initdb:
            raise Missing("PostgreSQL's own programs (initdb) are not installed")
        self.bin, self.folder, self.port = Path(initdb).parent, folder / "postgres", port
        self.env = os.environ | env
        self.folder.mkdir()
        if getpass.getuser() == "root":
            shutil.chown(self.folder, "postgres")
        self.url = f"postgres://postgres@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        own = f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
        with Path(self.data, "postgresql.conf").open("a") as file:
            file.write(f"{own}max_connections = 80\nshared_buffers = 64MB\nfsync = off\n")
        self._control("start")

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def restart(self) -> None:
        """At once, as after a crash: it recovers from its log."""
        self._control("restart", "-m", "immediate")

    def stop(self) -> None:
        if Path(self.data, "postmaster.pid").exists():
            self._control("stop", "-m", "immediate")

    def cut(self, database: str) -> int:
        """All connections to that database are cut; how many."""
        with contextlib.closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", [database]
            )
            return cursor.fetchone()[0]

    def began(self) -> str:
        """When this server process started; empty while it does not answer."""
        try:
            with contextlib.closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT pg_postmaster_start_time()::text")
                return cursor.fetchone()[0]
        except psycopg2.OperationalError:
            return ""

    def _control(self, *command: str) -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", str(self.folder / "log"), *command)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        if getpass.getuser() == "root":
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(
            command, check=True, env=self.env, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


class Redis:
    """A Redis that keeps nothing: started again it is empty."""

    def __init__(self, port: int, env: dict[str, str]) -> None:
        self.program = shutil.which("redis-server")
        if not self.program:
            raise Missing("redis-server is not installed")
        self.port, self.env, self.process = port, os.environ | env, None
        self.url = f"redis://127.0.0.1:{port}/0"
        self.client = redis.Redis.from_url(self.url, socket_timeout=0.5, socket_connect_timeout=0.5)

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [self.program, *options], env=self.env, start_new_session=True, stdout=subprocess.DEVNULL
        )
        if not wait_until(self.answers, 20):
            sys.exit("Redis does not start.")

    def answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except (redis.RedisError, OSError):
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()


class MediaDisk:
    """A folder on a disk of its own that can be filled to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.limited = folder / "media", False
        self.folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "chaos", str(self.folder)]
        if getpass.getuser() == "root" and shutil.which("mount"):
            self.limited = subprocess.run(mount, stderr=subprocess.DEVNULL).returncode == 0

    def fill(self) -> bool:
        """Whether nothing fits any more."""
        file = os.open(self.folder / "filler", os.O_CREAT | os.O_WRONLY)
        try:
            size = 16 * 1024 * 1024
            while size >= 512:
                try:
                    os.posix_fallocate(file, os.fstat(file).st_size, size)
                except OSError:
                    size //= 2
        finally:
            os.close(file)
        return os.statvfs(self.folder).f_bavail == 0

    def free(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)

    def stop(self) -> None:
        if self.limited:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)


class Site:
    """The product in server mode (script/server), with its log in a file."""

    def __init__(self, folder: Path, port: int, env: dict[str, str]) -> None:
        self.folder, self.port, self.env, self.process = folder, port, os.environ | env, None
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)  # each start would compile everything anew
        self.log, self.run = folder / "server.log", folder / "run"
        self.url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["script/server"], cwd=ROOT, env=self.env, start_new_session=True, stdout=log, stderr=log
            )

    def pid(self, name: str) -> int | None:
        """Of one of its parts; None while it has none."""
        try:
            pid = int((self.run / f"{name}.pid").read_text())
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid

    @property
    def parts(self) -> list[str]:
        return sorted(path.stem for path in self.run.glob("*.pid"))

    def stop(self) -> None:
        """Ask it to end; what is left of it is killed."""
        if self.process is None:
            return
        pids = [pid for name in self.parts if (pid := self.pid(name))]
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        for group in (self.process.pid, *pids):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
