"""Everything in one process, without PostgreSQL or Redis: `python -m campus_errand.embedded --port 8000`.

uvicorn serves websockets and, through a thread pool, HTTP; the channel layer and Celery's broker live in
memory, its worker and beat are threads. A restart forgets the broker's queue, which holds hints only: what
is due is in the database and is swept every second.
"""

import argparse
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_errand.settings.dev")

import uvicorn
from celery import beat
from celery.worker import WorkController
from django.conf import settings
from django.core.management import call_command

from accounts.demo import PASSWORD
from accounts.demo import logins as demo_logins
from campus_errand.asgi import application
from campus_errand.celery import app as celery_app
from campus_errand.steady import SteadyScheduler
from dispatch.engine.jit_warmup import warm_up
from simulation import run as virtual_life

logger = logging.getLogger(__name__)
# The demo's virtual people may be sent home, to have the campus to oneself.
VIRTUAL_LIFE = os.environ.get("VIRTUAL_LIFE", "1") != "0"


class Server(uvicorn.Server):
    """Leaves signals to `main`: uvicorn raises them again when it has stopped, and the rest is not cleaned up."""

    def __init__(self, config: uvicorn.Config, on_ready) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self):
        yield

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()


class Background:
    """Celery's worker and beat as threads. Each is started again if it ends before `stop`."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._worker: WorkController | None = None
        self._beat: beat.Service | None = None
        self._threads = [
            threading.Thread(target=self._keep, args=(run,), name=run.__name__, daemon=True)
            for run in (self._run_worker, self._run_beat)
        ]

    def start(self) -> None:
        threading.Thread(target=warm_up, kwargs={"apart": True}, daemon=True).start()
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Let running tasks end; what takes longer than `seconds` dies with the process and is swept up later."""
        self._stopping.set()
        if self._beat is not None:
            self._beat.stop()
        if self._worker is not None:
            self._worker.stop()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _keep(self, run) -> None:
        celery_app.set_current()
        while not self._stopping.is_set():
            try:
                run()
            except Exception:
                logger.exception("%s failed", run.__name__)
            self._stopping.wait(1)

    def _run_worker(self) -> None:
        self._worker = WorkController(
            app=celery_app,
            pool="threads",
            concurrency=2,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        self._worker.start()

    def _run_beat(self) -> None:
        # The plain scheduler keeps no file: the schedule is code, and a missed tick is the next one's work.
        self._beat = beat.Service(
            celery_app, max_interval=1, scheduler_cls=SteadyScheduler, remote_control=False
        )
        self._beat.start()


def fill_database() -> None:
    """Migrate and load what is shipped, in a fork: that takes 50 MB, which this process would never give back, and a new
    process would have to start Django again, while people wait."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("load_demo" if settings.DEMO else "load_library")
            if settings.DEMO and not VIRTUAL_LIFE:
                virtual_life.send_home()
            status = 0
        except Exception:
            logger.exception("the database could not be filled")
        finally:
            sys.stdout.flush()
            os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        sys.exit("The database could not be filled: nothing was started.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    try:  # before all the rest: another one may be running
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        socket.create_server((options.host, options.port), family=family).close()
    except OSError as error:
        parser.error(f"{error}. PORT=9000 script/demo takes another port.")
    fill_database()
    background, stopping = Background(), threading.Event()

    def ready() -> None:
        background.start()
        if settings.DEMO and VIRTUAL_LIFE:
            virtual_life.start(stopping)
        shown = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host  # noqa: S104 - only compared
        print(f"Campus Errand is at http://{shown}:{options.port}/", flush=True)  # noqa: T201
        for login in demo_logins():
            print(f"  {login.role!s:<8} {login.name}  {login.phone}  {PASSWORD}", flush=True)  # noqa: T201

    config = uvicorn.Config(
        application,
        host=options.host,
        port=options.port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,  # frames are tiny, and a compressor a socket is not
        ws_max_size=16_384,
        timeout_graceful_shutdown=5,
        # A development server has no proxy whose word could be trusted.
        proxy_headers=False,
    )
    server = Server(config, ready)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    try:
        server.run()
    finally:
        stopping.set()
        background.stop()


if __name__ == "__main__":
    main()
