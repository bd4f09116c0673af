"""A thousand couriers report where they are: how fast it is taken in, what it writes, when the customer's map knows.

script/bench positions [--couriers N] [--every SECONDS] [--seconds N] [--customers N] [--workers N]

Server mode: granian takes the positions, Celery's beat and worker write them once a second, uvicorn holds the
customers' sockets; PostgreSQL and Redis. Each courier reports every five seconds, at their own moment, by the pass that
the first answer brought; times run from the moment a position was due (an answer that comes late delays nobody else's). Every courier with a customer carries
goods to them. The client shares the machine's cores with all of it.
"""

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks._db import scratch_database
from benchmarks._processes import free_port, running, wait_for

BIN = Path(sys.executable).parent
WARM_UP = 5
AT_ONCE = 8  # couriers who come on duty in the same moment


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--couriers", type=int, default=1000)
    options.add_argument("--every", type=float, default=5, help="seconds between a courier's positions")
    options.add_argument("--seconds", type=float, default=40)
    options.add_argument("--customers", type=int, default=200, help="who watch a courier on the map")
    options.add_argument("--workers", type=int, default=2)
    args = options.parse_args()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.web_settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "INSECURE_HTTP": "1",
        "SANDBOX": "1",
        "REDIS_URL": os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/14",
    }
    with tempfile.TemporaryDirectory(prefix="bench-positions-") as folder:
        os.environ |= {"VAR_DIR": folder, "STATIC_ROOT": f"{folder}/static"}
        with scratch_database("positions"):
            figures = run(args)
    print()
    for name, value in figures.items():
        print(f"{name}={value}")


def run(args) -> dict:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    people = fill(args.couriers, args.customers)
    http, ws = free_port(), free_port()
    servers = [
        f"{BIN}/granian --interface wsgi campus_errand.wsgi:application --host 127.0.0.1 --port {http}"
        # A proxy would hold the phones' connections; here granian does, which takes 512 a worker unless told.
        f" --workers {args.workers} --blocking-threads 4 --backpressure {args.couriers} --log-level error",
        f"{BIN}/uvicorn campus_errand.asgi:application --port {ws} --lifespan off --log-level error",
    ]
    celery = [
        f"{BIN}/celery --quiet -A campus_errand worker --concurrency 2 --loglevel ERROR --without-gossip --without-mingle",
        f"{BIN}/celery --quiet -A campus_errand beat --scheduler celery.beat:Scheduler --pidfile= --loglevel ERROR",
    ]
    env = dict(os.environ)
    with running([command.split() for command in servers], env, stderr=subprocess.DEVNULL):
        wait_for(http)
        wait_for(ws)
        with running([command.split() for command in celery], env, stderr=subprocess.DEVNULL):
            load = asyncio.run(measure(args, people, http, ws))
    answers = sorted(load.answers)
    delays = sorted(load.delays)
    if not delays:
        sys.exit("No position reached a map: the worker, beat or the sockets did not run.")
    rows, commits = (round(figure / load.seconds, 1) for figure in load.written)
    figures = {
        "positions_per_second": round(len(answers) / load.seconds, 1),
        "accept_p50_ms": round(1000 * quantile(answers, 0.5), 1),
        "accept_p99_ms": round(1000 * quantile(answers, 0.99), 1),
        "refused": load.refused,
        "too_soon": load.too_soon,
        "passes_per_second": round(load.passes_per_second, 1),
        "rows_written_per_second": rows,
        "commits_per_second": commits,
        "map_p50_ms": round(1000 * quantile(delays, 0.5)),
        "map_p99_ms": round(1000 * quantile(delays, 0.99)),
        "frames": len(delays),
    }
    print(
        f"{args.couriers} couriers, one position each {args.every:g} s, {args.customers} maps, {load.seconds:.0f} s"
    )
    print(f"  taken in        p50 {figures['accept_p50_ms']:>7} ms   p99 {figures['accept_p99_ms']:>7} ms")
    print(f"  on the map      p50 {figures['map_p50_ms']:>7} ms   p99 {figures['map_p99_ms']:>7} ms")
    print(f"  database        {rows} rows and {commits} commits a second")
    return figures


def quantile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


# -- The couriers and their customers ------------------------------------------------------------------------


class Load:
    """What was measured. Seconds; `written`: (rows, commits) of the database while it was."""

    def __init__(self) -> None:
        self.answers: list[float] = []
        self.delays: list[float] = []
        self.refused = self.too_soon = 0
        self.passes_per_second = 0.0
        self.due: dict[tuple[str, float], float] = {}  # (order, latitude): when that position was due
        self.measuring = False
        self.seconds = 0.0
        self.written = (0, 0)


async def measure(args, people, http: int, ws: int) -> Load:
    load = Load()
    watchers = [asyncio.create_task(watch(load, one, ws)) for one in people if one["order"]]
    gate, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()
    passes = await asyncio.gather(*(come_on_duty(gate, one, http) for one in people))
    load.passes_per_second = len(people) / (time.perf_counter() - began)
    until = time.perf_counter() + WARM_UP + args.seconds
    riders = [
        asyncio.create_task(ride(load, one, http, given, args.every, args.every * i / len(people), until))
        for i, (one, given) in enumerate(zip(people, passes, strict=True))
    ]
    await asyncio.sleep(WARM_UP)
    before, began = await asyncio.to_thread(written), time.perf_counter()
    load.measuring = True
    await asyncio.sleep(args.seconds)
    load.measuring = False
    load.seconds = time.perf_counter() - began
    after = await asyncio.to_thread(written)
    load.written = tuple(new - old for new, old in zip(after, before, strict=True))
    await asyncio.gather(*riders)
    for watcher in watchers:
        watcher.cancel()
    return load


async def come_on_duty(gate: asyncio.Semaphore, one: dict, port: int) -> str:
    """The first position of a phone goes the ordinary way; the answer brings the pass."""
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        status, said = await send(reader, writer, one, one["lat"])
        writer.close()
    assert status == 200, status
    return said["pass"]


async def send(reader, writer, one: dict, lat: float, given: str = "") -> tuple[int, dict]:
    body = json.dumps({"lat": lat, "lon": one["lon"]}).encode()
    head = f"X-Position-Pass: {given}\r\n" if given else ""
    writer.write(one["head"] + f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return await answer(reader)


async def ride(
    load: Load, one: dict, port: int, given: str, every: float, first: float, until: float
) -> None:
    """One phone: a position at each due moment, on a connection that is kept."""
    due, number = time.perf_counter() + first, 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while due < until:
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        number += 1
        lat = round(one["lat"] + number / 1000, 6)
        if one["order"] and load.measuring:
            load.due[one["order"], lat] = due
        status, said = await send(reader, writer, one, lat, given)
        given = said.get("pass", given)
        if load.measuring:
            load.answers.append(time.perf_counter() - due)
            load.refused += status != 200
            load.too_soon += said.get("kept") is False
        due += every
    writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    body, status = await reader.readexactly(length), int(head.split()[1])
    return status, json.loads(body) if status == 200 else {}


async def watch(load: Load, one: dict, port: int) -> None:
    """One customer's page: notes when each position of the courier arrives."""
    from websockets.asyncio.client import connect

    url = f"ws://127.0.0.1:{port}/ws/live/?t={one['token']}"
    async with connect(url, origin=f"http://127.0.0.1:{port}", open_timeout=30) as socket:
        async for text in socket:
            now, frame = time.perf_counter(), json.loads(text)
            if frame["t"] == "pos" and (due := load.due.pop((frame["id"], frame["lat"]), None)):
                load.delays.append(now - due)


def written() -> tuple[int, int]:
    """(rows inserted, updated and deleted, transactions committed) so far in this database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT tup_inserted + tup_updated + tup_deleted, xact_commit FROM pg_stat_database"
            " WHERE datname = current_database()"
        )
        return cursor.fetchone()


# -- Filling in ----------------------------------------------------------------------------------------------


def fill(couriers: int, customers: int) -> list[dict]:
    """Couriers on duty, the first of them with goods for a customer each: [{"head", "order", "token", "lat",
    "lon"}…]."""
    from datetime import timedelta

    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from campus.services import load_demo_campus
    from core import clock
    from core.realtime import live_token
    from core.versioning import publish_version
    from couriers.models import Courier
    from delivery.models import Leg, LegStatus
    from orders.models import Order, PriceRule, Status

    campus, now = load_demo_campus(), clock.now()
    rule = publish_version(PriceRule(campus=campus, kind="parcel"))
    pickup = campus.places.filter(kind="parcel_station").first()
    dropoff = campus.places.filter(kind="dorm").first()
    people = []
    for i in range(couriers):
        user = User.objects.create(username=f"courier-{i}", phone=f"139{i:08d}", campus=campus)
        courier = Courier.objects.create(
            user=user,
            campus=campus,
            gender="male",
            status=Courier.Status.ACTIVE,
            on_duty=True,
            duty_since=now,
        )
        client = Client()
        client.force_login(user)
        token = "b" * 32
        cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        cookies["csrftoken"] = token
        head = (
            "POST /c/position/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}\r\nX-CSRFToken: {token}\r\n"
        )
        one = {"head": head.encode(), "order": "", "token": "", "lat": campus.lat, "lon": campus.lon}
        if i < customers:
            customer = User.objects.create(username=f"customer-{i}", campus=campus)
            order = Order.objects.create(
                campus=campus, customer=customer, kind="parcel", status=Status.PICKED_UP, pickup=pickup,
                dropoff=dropoff, summary="1 parcel", price_rule=rule, fee_fen=500, courier_fen=400, total_fen=500,
                placed_at=now, promised_at=now + timedelta(hours=2),
            )  # fmt: skip
            Leg.objects.create(
                order=order, campus=campus, status=LegStatus.PICKED_UP, courier=courier, pickup=pickup,
                dropoff=dropoff, pay_fen=400, opened_at=now, assigned_at=now, due_at=order.promised_at,
            )  # fmt: skip
            one |= {"order": order.no, "token": live_token(customer.pk, [f"track.{order.no}"])}
        people.append(one)
    return people


if __name__ == "__main__":
    main()
