"""A delivery day through the real services while the server's processes are killed one after another.

See script/chaos. Three parties use the installation at once: the replay (its events are delivered by the server's
processes alone), a student who orders through the web and presses again until it worked, and an operator's socket that
comes back whenever it is cut. Deadlines are so short that many orders become late on the way.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from cryptography.fernet import Fernet

from benchmarks._db import scratch_database
from benchmarks._processes import running

VICTIMS = ("worker", "beat", "live", "web")
PROMISE_SECONDS = 40  # from order to the promised minute, instead of the real half hour


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", nargs="?", type=Path, help="an mdrplib instance; else a made-up day")
    options.add_argument(
        "--minutes", type=int, default=20, help="minutes of the day during which orders come"
    )
    options.add_argument("--speed", type=float, default=20, help="minutes of people that go into a real one")
    options.add_argument("--pause", type=float, default=12, help="seconds between kills")
    args = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        port = free_ports()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "campus_errand.settings.prod", "SECRET_KEY": secrets.token_urlsafe(48),
            "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(), "SANDBOX": "1",
            "ALLOWED_HOSTS": "127.0.0.1", "INSECURE_HTTP": "1", "PORT": str(port),
            "VAR_DIR": folder, "STATIC_ROOT": f"{folder}/static", "RUN_DIR": f"{folder}/run",
        }  # fmt: skip
        with scratch_database("chaos"), running([["script/server"]], dict(os.environ)):
            wait_until_well(port)
            problems = run(args, port, Path(folder, "run"))
    for problem in problems:
        print(f"BROKEN: {problem}", file=sys.stderr)
    sys.exit(bool(problems))


def run(args, port: int, pids: Path) -> list[str]:
    from core import outbox
    from simulation.checks import broken

    replay = prepare(args)
    student = Student(replay, port)
    operator, killer = Operator(replay.campus.pk, port), Killer(pids, args.pause)
    for thread in (operator, student, killer):
        thread.start()
    with outbox.held():  # what happens is told by the server's processes
        act_it_out(replay, args.speed)
    killer.stop.set()
    student.stop.set()
    killer.join()
    student.join()
    wait_until_well(port)
    student.cancel_the_rest()
    wait_until_told()
    operator.stop.set()
    operator.join()
    problems = broken(replay.campus, expected_orders=replay.outcome.orders + len(student.placed))
    problems += student.problems() + operator.problems()
    report(replay, student, operator, killer, problems)
    return problems


def prepare(args):
    from core import clock
    from exceptions.library import load_library
    from simulation.mdrp import read_day
    from simulation.replay import Replay

    day = read_day(args.folder) if args.folder else made_up_day()
    first = busiest(day, args.minutes)
    load_library()
    replay = Replay(day, clock.now(), first=first, last=first + args.minutes)
    replay.prepare()
    return replay


def made_up_day():
    """A lunch at a dozen canteens: 160 orders and 30 couriers within walking distance."""
    from simulation.mdrp import Day, DayOrder, Shift, Spot

    rng = random.Random(5)

    def spot() -> Spot:
        return Spot(rng.uniform(0, 1500), rng.uniform(0, 1500))

    canteens = {f"r{n}": spot() for n in range(12)}
    orders = []
    for n in range(160):
        placed = 720 + n * 40 // 160
        orders.append(DayOrder(f"o{n}", spot(), placed, placed + rng.randint(3, 12), f"r{rng.randrange(12)}"))
    shifts = [Shift(f"c{n}", spot(), 700, 900) for n in range(30)]
    return Day(
        "made-up",
        orders,
        canteens,
        shifts,
        speed=250,
        pickup_service=2,
        dropoff_service=2,
        target=40,
        patience=90,
    )


def busiest(day, minutes: int) -> int:
    """The first minute of the window with the most orders."""
    starts = {order.placed for order in day.orders}
    return max(
        sorted(starts), key=lambda start: sum(start <= o.placed <= start + minutes for o in day.orders)
    )


def act_it_out(replay, speed: float) -> None:
    """Minute by minute, `speed` times faster than life, until everybody has what they ordered."""
    from django.db.models import F

    from core import clock
    from orders.models import Order

    started, minute = time.monotonic(), replay.first
    last = max(order.placed for order in replay.todo) + 180
    while minute <= last and (replay.queue or replay._unfinished()):
        time.sleep(max(0.0, started + (minute - replay.first) * 60 / speed - time.monotonic()))
        replay.act(minute)
        minute += 1
        # The people are fast and the clock is not: their promises are shortened instead.
        due = clock.now() + timedelta(seconds=PROMISE_SECONDS)
        Order.objects.filter(campus=replay.campus, promise_due_at__gt=due).update(
            promised_at=due, promise_due_at=due, version=F("version") + 1
        )


def report(replay, student, operator, killer, problems) -> None:
    from exceptions.models import Ticket
    from orders.models import Order, Status

    orders = Order.objects.filter(campus=replay.campus)
    figures = {
        "kills": len(killer.killed),
        "orders": orders.count(),
        "delivered": orders.filter(status__in=[Status.DELIVERED, Status.COMPLETED]).count(),
        "web_orders": len(student.placed),
        "web_retries": student.retries,
        "tickets": Ticket.objects.filter(campus=replay.campus).count(),
        "tickets_heard": len(operator.heard),
        "socket_cuts": len(operator.listening) - 1,
        "broken_checks": len(problems),
    }
    print(f"killed, in this order: {' '.join(killer.killed)}")
    for name, value in figures.items():
        print(f"{name}={value}")


# -- The parties -------------------------------------------------------------------------------------------


class Killer(threading.Thread):
    """kill -9 on one process after another."""

    def __init__(self, pids: Path, pause: float) -> None:
        super().__init__(daemon=True)
        self.pids, self.pause = pids, pause
        self.stop, self.killed = threading.Event(), []

    def run(self) -> None:
        while not self.stop.wait(self.pause):
            victims = [name for name in VICTIMS if (self.pids / f"{name}.pid").exists()]
            name = victims[len(self.killed) % len(victims)]
            with contextlib.suppress(ProcessLookupError, ValueError):
                os.kill(int((self.pids / f"{name}.pid").read_text()), signal.SIGKILL)
                self.killed.append(name)


class Student(threading.Thread):
    """Orders through the web, and presses again (the same form, the same key) until it is answered."""

    def __init__(self, replay, port: int) -> None:
        from django.test import Client

        from simulation.people import fill_wallet

        super().__init__(daemon=True)
        self.port, self.campus = port, replay.campus
        self.user = replay._person("网页顾客", 0)
        fill_wallet(self.user, 1_000_000_00)
        client = Client()
        client.force_login(self.user)
        self.csrf = secrets.token_hex(16)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()} | {"csrftoken": self.csrf}
        self.cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.shop, self.door = (
            next(place for code, place in replay.places.items() if code.startswith(kind))
            for kind in ("k-", "d-")
        )
        self.stop, self.placed, self.retries, self.refused = threading.Event(), {}, 0, []

    def run(self) -> None:
        from core.ids import new_no

        while not self.stop.wait(0.7):
            key = new_no()
            while key not in self.placed and not self.refused:
                if no := self._press(key):
                    self.placed[key] = no
                else:
                    self.retries += 1
                    time.sleep(0.3)

    def _press(self, key: str) -> str:
        """The number of the order, or nothing when there was no answer."""
        form = {
            "csrfmiddlewaretoken": self.csrf, "key": key, "pickup": self.shop.pk, "dropoff": self.door.pk,
            "dropoff_detail": "302", "shopping_list": "milk", "budget": "5", "when_missing": "skip", "weight_kg": 1,
            "window": "asap", "gender_wanted": "any", "gateway": "wallet",
        }  # fmt: skip
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/new/purchase/",
            urlencode(form).encode(),
            {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}"},
        )
        try:
            with urllib.request.build_opener(Stay).open(request, timeout=15) as answer:
                status, place = answer.status, answer.headers.get("Location", "")
        except urllib.error.HTTPError as error:
            status, place = error.code, error.headers.get("Location", "")
            if status not in (302, 502, 503):
                errors = re.findall(r'class="[^"]*error[^"]*"[^>]*>([^<]+)', error.read().decode())
                self.refused.append(f"the web answered {status} to an order: {errors[:3]}")
        except (OSError, urllib.error.URLError):
            return ""
        found = re.match(r"/o/(\w+)/", place)
        return found[1] if status == 302 and found else ""

    def cancel_the_rest(self) -> None:
        """Nobody carries these: their customer gives up, so that every order comes to an end."""
        from orders import services as orders
        from orders.models import Order, Status

        for order in Order.objects.filter(customer=self.user, status=Status.PLACED):
            orders.cancel_order(order=order, actor=self.user, reason="waited long enough")

    def problems(self) -> list[str]:
        from orders.models import Order

        nos = list(Order.objects.filter(customer=self.user).values_list("no", flat=True))
        found = list(self.refused)
        if sorted(nos) != sorted(self.placed.values()):
            found.append(f"{len(self.placed)} orders were pressed through the web, {len(nos)} are there")
        return found


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


class Operator(threading.Thread):
    """Listens to the console, comes back when cut, and knows when it was listening."""

    def __init__(self, campus: int, port: int) -> None:
        from core.realtime import live_token

        super().__init__(daemon=True)
        self.campus = campus
        self.address = f"ws://127.0.0.1:{port}/ws/live/?t={live_token(0, [f'console.{campus}'])}"
        self.origin = f"http://127.0.0.1:{port}"
        self.stop, self.heard = threading.Event(), set()
        self.listening: list[list[datetime]] = []  # [from, to]

    def run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        import websockets

        while not self.stop.is_set():
            try:
                async with websockets.connect(self.address, origin=self.origin, open_timeout=5) as page:
                    self.listening.append([datetime.now(UTC), datetime.now(UTC)])
                    while not self.stop.is_set():
                        with contextlib.suppress(TimeoutError):
                            frame = json.loads(await asyncio.wait_for(page.recv(), 0.5))
                            if frame["t"] == "ticket":
                                self.heard.add(frame["id"])
                        self.listening[-1][1] = datetime.now(UTC)
            except (OSError, TimeoutError, websockets.WebSocketException):
                await asyncio.sleep(0.3)

    def problems(self) -> list[str]:
        """A ticket opened well within a time of listening must have been heard; a page fetches the others itself.

        The bell may wait for a worker to come back: one that was killed with the ticket just written.
        """
        from exceptions.models import Ticket

        margin, coming_back = timedelta(seconds=2), timedelta(seconds=15)
        deaf = [
            no
            for no, at in Ticket.objects.filter(campus=self.campus).values_list("no", "opened_at")
            if no not in self.heard
            and any(start + margin < at < end - coming_back for start, end in self.listening)
        ]
        return [f"{len(deaf)} tickets did not reach an open socket"] if deaf else []


# -- Waiting -----------------------------------------------------------------------------------------------


def free_ports() -> int:
    """A port whose two neighbours are free too."""
    for _ in range(100):
        port = random.randint(20_000, 60_000)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for number in range(3):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port + number))
            return port
    sys.exit("No free ports.")


def wait_until_well(port: int) -> None:
    """Until /healthz/ says so: migrated, serving, and beat and worker have shown that they live."""
    for _ in range(240):
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=2) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.5)
    sys.exit("The server does not get well.")


def wait_until_told() -> None:
    """Until no event is left that the server's processes have to deliver."""
    from core.models import OutboxEvent

    for _ in range(240):
        if not OutboxEvent.objects.filter(due_at__isnull=False).exists():
            return
        time.sleep(0.5)


if __name__ == "__main__":
    main()
