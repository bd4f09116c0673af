"""From a deadline to the operators' screens: the promise passes, the scanner opens a ticket, a frame arrives.

script/bench alert [--alerts N] [--sockets N] [--embedded-sockets N]

Server mode (uvicorn, Celery worker and beat as processes, PostgreSQL, Redis), then the embedded mode (one process,
SQLite). Every socket listens to the console's group, which is the hardest case: each frame goes to all of them. The
time runs from the order's due time to the frame's arrival, so it includes the wait for the scan.
"""

import argparse
import asyncio
import base64
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks._db import scratch_database
from benchmarks._processes import ROOT, free_port, running, wait_for

BIN = Path(sys.executable).parent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--alerts", type=int, default=120)
    options.add_argument("--sockets", type=int, default=2000)
    options.add_argument("--embedded-sockets", type=int, default=200)
    options.add_argument("--inside", nargs="+", help="(a step inside the measured installation)")
    args = options.parse_args()
    if args.inside:
        return inside(*args.inside)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    figures = {}
    key = {
        "SECRET_KEY": secrets.token_urlsafe(48), "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "127.0.0.1", "INSECURE_HTTP": "1", "SANDBOX": "1",
    }  # fmt: skip
    with scratch_database("alert") as url:
        server = {
            **key,
            "DATABASE_URL": url,
            "REDIS_URL": os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/14",
            "DJANGO_SETTINGS_MODULE": "campus_errand.settings.prod",
        }
        figures |= measure("", server, server_commands, args.sockets, args.alerts)
    with tempfile.TemporaryDirectory(prefix="bench-alert-") as folder:
        embedded = {
            **key,
            "VAR_DIR": folder,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "campus_errand.settings.dev",
        }
        figures |= measure("embedded_", embedded, embedded_commands, args.embedded_sockets, args.alerts)
    print()
    for name, value in figures.items():
        print(f"{name}={value}")


def server_commands(port: int) -> list[list[str]]:
    celery = f"{BIN}/celery --quiet -A campus_errand"
    return [
        f"{BIN}/uvicorn campus_errand.asgi:application --port {port} --lifespan off --log-level warning"
        " --ws-per-message-deflate false --backlog 4096".split(),
        f"{celery} worker --concurrency 2 --loglevel ERROR --without-gossip --without-mingle".split(),
        f"{celery} beat --scheduler celery.beat:Scheduler --pidfile= --loglevel ERROR".split(),
    ]


def embedded_commands(port: int) -> list[list[str]]:
    return [[sys.executable, "-m", "campus_errand.embedded", "--port", str(port)]]


def measure(prefix: str, settings: dict, commands, sockets: int, alerts: int) -> dict:
    env = {**os.environ, **settings, "DEMO": ""}
    place = step(env, "fill", alerts)
    port = free_port()
    with running(commands(port), env):
        wait_for(port)
        arrivals = asyncio.run(listen(env, port, place["token"], sockets, alerts))
    due, opened = step(env, "dues"), step(env, "tickets")
    if not opened or not any(arrivals):
        sys.exit("No alert arrived: the worker, beat or the server did not run. What they said stands above.")
    waits = sorted(1000 * (one["at"] - due[str(one["order"])]) for one in opened.values())
    times = sorted(
        1000 * (at - due[str(opened[no]["order"])])
        for seen in arrivals
        for no, at in seen.items()
        if no in opened
    )
    figures = {
        "alert_p50_ms": round(quantile(times, 0.5)),
        "alert_p99_ms": round(quantile(times, 0.99)),
        "alert_max_ms": round(times[-1]),
        "ticket_p50_ms": round(quantile(waits, 0.5)),
        "ticket_p99_ms": round(quantile(waits, 0.99)),
        "sockets": len(arrivals),
        "alerts": len(opened),
        "lost": len(arrivals) * alerts - len(times),
    }
    print(
        f"{'embedded' if prefix else 'server'} mode: {alerts} deadlines, {len(arrivals)} sockets listening to each"
    )
    print(
        f"  deadline to ticket  p50 {figures['ticket_p50_ms']:>5} ms   p99 {figures['ticket_p99_ms']:>5} ms"
    )
    print(
        f"  deadline to socket  p50 {figures['alert_p50_ms']:>5} ms   p99 {figures['alert_p99_ms']:>5} ms"
        f"   max {figures['alert_max_ms']:>5} ms   goal p99 ≤ 800; frames lost: {figures['lost']}"
    )
    return {prefix + name: value for name, value in figures.items()}


def quantile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


# -- The sockets -------------------------------------------------------------------------------------------


class Page(asyncio.Protocol):
    """The least a browser does: shakes hands, answers pings, notes when each ticket's frame came.

    A whole websocket library for each of thousands of sockets would measure itself.
    """

    def __init__(self, request: bytes, waiting: asyncio.Queue) -> None:
        self.request, self.waiting = request, waiting
        self.buffer, self.open = b"", False
        self.seen: dict[str, float] = {}

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self.buffer += data
        if not self.open:
            head, found, self.buffer = self.buffer.partition(b"\r\n\r\n")
            if not found:
                self.buffer = head
                return
            assert b" 101 " in head.split(b"\r\n")[0], head
            self.open = True
            self.waiting.put_nowait(self)
        while len(self.buffer) >= 2:
            length, start = self.buffer[1], 2
            if length == 126:
                length, start = int.from_bytes(self.buffer[2:4], "big"), 4
            if len(self.buffer) < start + length:
                return
            kind, text = self.buffer[0] & 15, self.buffer[start : start + length]
            self.buffer = self.buffer[start + length :]
            if kind == 9:
                self.transport.write(bytes([0x8A, 0x80 | len(text), 0, 0, 0, 0]) + text)
            elif kind == 1 and text.startswith(b'{"t":"ticket"'):
                self.seen.setdefault(json.loads(text)["id"], now)


async def listen(env, port: int, token: str, count: int, alerts: int) -> list[dict[str, float]]:
    loop, waiting, pages = asyncio.get_running_loop(), asyncio.Queue(), []
    for number in range(count):
        request = (
            f"GET /ws/live/?t={token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}\r\n\r\n"
        )
        _, page = await loop.create_connection(
            lambda request=request: Page(request.encode(), waiting), "127.0.0.1", port
        )
        pages.append(page)
        if number % 50 == 49:  # not all handshakes at once: that is another measurement
            while sum(page.open for page in pages) < len(pages):
                await asyncio.wait_for(waiting.get(), 20)
    while not all(page.open for page in pages):
        await asyncio.wait_for(waiting.get(), 20)
    due = await asyncio.to_thread(step, env, "arm")
    until = max(due.values()) + 15
    while time.time() < until and any(len(page.seen) < alerts for page in pages):
        await asyncio.sleep(0.25)
    for page in pages:
        page.transport.close()
    return [page.seen for page in pages]


# -- Steps within the installation -------------------------------------------------------------------------


def step(env: dict, *arguments) -> dict:
    """Do one step in a process with the installation's settings; it answers in JSON."""
    command = [sys.executable, "-m", "benchmarks.alert", "--inside", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def inside(what: str, *arguments: str) -> None:
    import django
    from django.conf import settings

    settings.LOGGING["root"]["level"] = "ERROR"
    django.setup()
    print(
        json.dumps({"fill": fill, "arm": arm, "dues": dues, "tickets": tickets}[what](*map(int, arguments)))
    )


def fill(count: int) -> dict:
    """Orders on their way, without alarms yet, and a token that opens the console's socket."""
    from datetime import timedelta

    from django.core.management import call_command

    from accounts.models import User
    from campus.models import Campus, Place
    from core import clock
    from core.realtime import live_token
    from core.versioning import publish_version
    from exceptions.library.loading import load_library
    from orders.models import Order, PriceRule

    call_command("migrate", verbosity=0)
    load_library()
    campus = Campus.objects.create(code="bench", name="bench", lat=31, lon=121)
    station, door = (
        Place.objects.create(campus=campus, kind=Place.Kind.DORM, code=code, name=code, lat=31, lon=121)
        for code in ("station", "door")
    )
    rule = publish_version(PriceRule(campus=campus, kind="parcel"))
    for number in range(count):
        Order.objects.create(
            campus=campus, customer=User.objects.create(username=f"bench-{number}", campus=campus), kind="parcel",
            pickup=station, dropoff=door, summary="bench", price_rule=rule, fee_fen=600, courier_fen=480,
            total_fen=600, placed_at=clock.now(), promised_at=clock.now() + timedelta(hours=1), status="placed",
        )  # fmt: skip
    return {"token": live_token(0, [f"console.{campus.pk}"])}


def arm() -> dict:
    """Deadlines from three seconds on, two a second, at moments that have nothing to do with the beat's."""
    from datetime import timedelta
    from random import Random

    from django.db import transaction

    from core import clock
    from orders.models import Order

    rng, start = Random(7), clock.now() + timedelta(seconds=3)
    with transaction.atomic():
        for number, pk in enumerate(Order.objects.order_by("pk").values_list("pk", flat=True)):
            due = start + timedelta(seconds=number / 2 + rng.random())
            Order.objects.filter(pk=pk).update(promise_due_at=due, promised_at=due)
    return dues()


def dues() -> dict:
    """{order: its deadline}; the scanner clears promise_due_at, the promise itself stays."""
    from orders.models import Order

    return {pk: promised.timestamp() for pk, promised in Order.objects.values_list("pk", "promised_at")}


def tickets() -> dict:
    """{ticket no: its order and when it was opened}."""
    from exceptions.models import Ticket

    rows = Ticket.objects.filter(type="overdue").values_list("no", "order_id", "opened_at")
    return {no: {"order": order, "at": at.timestamp()} for no, order, at in rows}


if __name__ == "__main__":
    main()
