"""Pages under load beside a bare Django view on the same server in the same run.

script/bench web [--seconds N] [--connections N] [--workers N]

granian serves the demo campus (with a day of its virtual life) from PostgreSQL, in production settings, through all
middleware. The client shares the machine's cores with the server and the database. `ratio` is the page's requests a
second over the bare view's. Afterwards each page is asked for with few and with many rows: the number of queries must
not grow.
"""

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks._db import scratch_database
from benchmarks._processes import free_port, running, wait_for

BIN = Path(sys.executable).parent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--connections", type=int, default=8)
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
    with tempfile.TemporaryDirectory(prefix="bench-web-") as folder:
        os.environ |= {"VAR_DIR": folder, "STATIC_ROOT": f"{folder}/static"}
        with scratch_database("web"):
            figures = run(args)
    print()
    for name, value in figures.items():
        print(f"{name}={value}")


@dataclass
class Target:
    name: str
    requests: list[Callable[[], bytes]]  # asked for in turn
    expect: int = 200
    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        return 1000 * sorted(self.times)[min(int(share * len(self.times)), len(self.times) - 1)]


def run(args) -> dict:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    campus = People.campus = demo()
    few = queries()
    fill(campus)
    many = queries()
    port = free_port()
    server = (
        f"{BIN}/granian --interface wsgi campus_errand.wsgi:application --host 127.0.0.1 --port {port}"
        f" --workers {args.workers} --blocking-threads 4 --log-level error"
    )
    targets = [Target("bare", [get(port, "/bare/", "")]), *pages(port)]
    with running([server.split()], dict(os.environ), stderr=subprocess.DEVNULL):
        wait_for(port)
        for target in targets:
            asyncio.run(load(target, port, args.connections, seconds=1.5))  # warm caches and connections
            target.times.clear()
            asyncio.run(load(target, port, args.connections, seconds=args.seconds))
    bare = targets[0].per_second
    print(
        f"{args.workers} granian workers of 4 threads, {args.connections} connections, {args.seconds:g} s each"
    )
    print(
        f"{'':14}{'requests/s':>11}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>8}{'queries: few':>14}{'many rows':>11}"
    )
    figures = {}
    for target in targets:
        ratio = target.per_second / bare
        counts = f"{few[target.name]:>14}{many[target.name]:>11}" if target.name in few else ""
        print(
            f"{target.name:14}{target.per_second:>11.0f}{target.quantile(0.5):>9.1f}{target.quantile(0.95):>9.1f}"
            f"{ratio:>8.3f}{counts}"
        )
        figures |= {
            f"{target.name}_per_second": round(target.per_second, 1),
            f"{target.name}_p95_ms": round(target.quantile(0.95), 1),
        }
        if target.name != "bare":
            figures[f"{target.name}_ratio"] = round(ratio, 3)
        if target.name in few:
            figures |= {f"{target.name}_queries": many[target.name]}
    grown = [name for name in few if many[name] > few[name]]
    figures["query_counts_that_grow"] = ",".join(grown) or 0
    assert not grown, f"more rows mean more queries: {grown} ({few} → {many})"
    return figures


# -- What is asked for -------------------------------------------------------------------------------------


class People:
    """Who looks at what. `demo` fills it in."""

    campus = order = ticket = None
    STUDENT, COURIER, OPERATOR = "13800000001", "13800000002", "13800000003"


def demo():
    """A campus in the middle of its day, and one order of the student's that is on its way."""
    from couriers import services as couriers
    from couriers.models import Courier
    from dispatch import services as dispatch
    from simulation.demo import load_demo

    campus = load_demo(history=timedelta(hours=8), say=lambda text: None)
    for courier in Courier.objects.filter(campus=campus, status=Courier.Status.ACTIVE):
        couriers.set_duty(courier=courier, on=True, actor=courier.user)
    order = place("13800000005")
    carrier = Courier.objects.get(user__phone="13800000004")
    dispatch.grab(leg=order.legs.get(), courier=carrier, actor=carrier.user)
    People.order = order
    report(place("13800000005"))  # an earlier ticket of the same person, which the console shows too
    People.ticket = report(order)
    place(People.STUDENT)
    return campus


def place(phone: str):
    """An errand of this person's, with its leg in the hall."""
    import payments.services as money
    from accounts.models import User
    from campus.models import Place
    from orders import services as orders
    from orders.requests import ErrandRequest
    from payments.models import Account, Payment

    user = User.objects.get(phone=phone)
    if money.balance(Account.Kind.WALLET, user=user) < 100_00:
        from simulation.people import fill_wallet

        fill_wallet(user, 5_000_00)
    address = user.addresses.get(is_default=True)
    station = Place.objects.filter(campus=user.campus, kind=Place.Kind.PARCEL_STATION).first()
    errand = ErrandRequest(
        campus=user.campus, kind="parcel", pickup=station, dropoff=address.place,
        dropoff_detail=address.detail, pickup_codes="1-2-3", size="S", weight_kg=1, floor=1,
    )  # fmt: skip
    return orders.place_order(actor=user, request=errand, gateway=Payment.Gateway.WALLET)


def report(order):
    from exceptions.tickets import services as exceptions

    return exceptions.report(
        order=order, type="other", source="customer", actor=order.customer, description="bench"
    )


def fill(campus) -> None:
    """Many rows of everything that the pages list."""
    from accounts.models import User

    students = cycle(
        User.objects.filter(campus=campus, phone__startswith="1390000").values_list("phone", flat=True)
    )
    for number in range(40):
        order = place(next(students))
        if number % 2:
            report(order)
    for _ in range(10):
        report(place("13800000005"))


def session(phone: str) -> dict:
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(phone=phone))
    return {name: morsel.value for name, morsel in client.cookies.items()}


def paths() -> dict[str, tuple[str, str]]:
    return {
        "order_page": (f"/o/{People.order.no}/", "13800000005"),
        "hall": ("/c/", People.COURIER),
        "console": (f"/admin/console/?t={People.ticket.no}", People.OPERATOR),
    }


def queries() -> dict[str, int]:
    """{page: number of queries}, asked for twice: the first time fills the process's caches."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    counts = {}
    for name, (path, phone) in paths().items():
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(User.objects.get(phone=phone))
        for _ in range(2):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
        counts[name] = len(captured)
    return counts


def get(port: int, path: str, phone: str) -> Callable[[], bytes]:
    cookies = "; ".join(f"{name}={value}" for name, value in session(phone).items()) if phone else ""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: identity\r\n"
    request = (head + (f"Cookie: {cookies}\r\n" if cookies else "") + "\r\n").encode()
    return lambda: request


def order_posts(port: int) -> list[Callable[[], bytes]]:
    """The wizard's last step, by several students, each time a new order (the form's key makes it one)."""
    from urllib.parse import urlencode

    from accounts.models import User
    from campus.models import Place
    from core.ids import new_no
    from simulation.people import fill_wallet

    station = Place.objects.filter(campus=People.campus, kind=Place.Kind.PARCEL_STATION).first()
    posts = []
    for user in User.objects.filter(campus=People.campus, phone__startswith="1390000"):
        fill_wallet(user, 1_000_000_00)
        address = user.addresses.get(is_default=True)
        token = secrets.token_hex(16)
        cookies = session(user.phone) | {"csrftoken": token}
        form = {
            "csrfmiddlewaretoken": token, "pickup": station.pk, "pickup_codes": "1-2-3", "size": "S", "weight_kg": 1,
            "dropoff": address.place_id, "dropoff_detail": address.detail, "window": "asap", "gender_wanted": "any",
            "gateway": "wallet",
        }  # fmt: skip
        head = (
            f"POST /new/parcel/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        )

        def post(form=form, head=head) -> bytes:
            body = urlencode(form | {"key": new_no()})
            return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

        posts.append(post)
    return posts


def pages(port: int) -> list[Target]:
    targets = [Target(name, [get(port, path, phone)]) for name, (path, phone) in paths().items()]
    return [*targets, Target("place_order", order_posts(port), expect=302)]


# -- Asking ------------------------------------------------------------------------------------------------


async def load(target: Target, port: int, connections: int, *, seconds: float) -> None:
    """Ask over kept connections, each as fast as it is answered."""
    turns, until, started = cycle(target.requests), time.perf_counter() + seconds, time.perf_counter()
    await asyncio.gather(*(ask(target, port, turns, until) for _ in range(connections)))
    target.seconds = time.perf_counter() - started


async def ask(target: Target, port: int, turns, until: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(next(turns)())
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        assert status == target.expect, f"{target.name}: {head.decode()}"
        await body(reader, head.lower())
        target.times.append(time.perf_counter() - began)
    writer.close()


async def body(reader: asyncio.StreamReader, head: bytes) -> None:
    if b"content-length:" in head:
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
    elif b"chunked" in head:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)


if __name__ == "__main__":
    main()
