"""Run the site under fire, then look at what is left. See script/chaos."""

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from benchmarks._processes import running
from benchmarks.chaos import stand_ins
from benchmarks.chaos.browser import Exchange
from benchmarks.chaos.faults import Striker
from benchmarks.chaos.report import GOAL, Outcome, report
from benchmarks.chaos.servers import Clock, MediaDisk, Missing, Postgres, Redis, Site, free_ports, wait_until

DATABASE = "chaos"
LAST_ORDERS, LAST_EVENTS = 600, 240  # seconds for everybody to finish, and for the site to deliver


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=20, help="at most so long are faults made")
    options.add_argument("--faults", type=int, default=GOAL + 10, help="until so many took effect")
    options.add_argument("--pause", type=float, default=5, help="seconds between two")
    options.add_argument("--seed", type=int, default=13)
    options.add_argument("--log", type=Path, help="keep the server's log there")
    args = options.parse_args()
    os.umask(0o022)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell had them ignored
        signal.signal(number, interrupted)
    try:
        good = run(args)
    except Missing as missing:
        sys.exit(f"This run needs what is not here: {missing}.")
    sys.exit(not good)


def interrupted(number: int, frame: object) -> None:
    """What was begun is taken down on the way out, undisturbed."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit("Interrupted.")


def run(args: argparse.Namespace) -> bool:
    """Bring everything up, break it, compare, and take everything down again. Whether the goals were met."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        port = free_ports(8)  # the site takes three
        clock, disk = Clock(folder), MediaDisk(folder)
        stack.callback(disk.stop)
        postgres, redis = Postgres(folder, port + 4, clock.env), Redis(port + 5, clock.env)
        stack.callback(postgres.stop)
        stack.callback(redis.stop)
        postgres.start()
        redis.start()
        site = Site(folder, port, settings(folder, disk, postgres, redis, port) | clock.env)
        outside = [sys.executable, "-m", "benchmarks.chaos.stand_ins", str(folder), site.url, str(port + 6)]
        stack.enter_context(
            running([outside], os.environ | {"DJANGO_SETTINGS_MODULE": "campus_errand.settings.dev"})
        )
        if not wait_until((folder / "outside.json").exists, 60):
            sys.exit("The stand-ins of gateways do not start.")
        site.env |= json.loads((folder / "outside.json").read_text())
        stack.callback(site.stop)
        site.start()
        if args.log:
            stack.callback(lambda: shutil.copy(site.log, args.log))
        wait_until_well(site)
        os.environ |= {name: value for name, value in site.env.items() if name not in clock.env}
        import django

        django.setup()
        for what in {"front", "web"} - set(site.parts):
            print(f"Without caddy there is no {what} to kill.")
        for what, there in (("disk", disk.limited), ("clock", clock.settable)):
            if not there:
                print(f"This machine gives no {what} that can be broken (root and mount; a C compiler).")
        striker = Striker(
            site,
            postgres,
            redis,
            disk,
            clock,
            database=DATABASE,
            pause=args.pause,
            wanted=args.faults,
            seed=args.seed,
        )
        outcome = act(args, site, striker, port + 6)
        outcome.wanted = min(args.faults, GOAL)
        report(outcome, site.log)
        return outcome.is_good


def settings(folder: Path, disk: MediaDisk, postgres: Postgres, redis: Redis, port: int) -> dict[str, str]:
    """The environment of an installation of its own."""
    from cryptography.fernet import Fernet

    with contextlib.closing(psycopg2.connect(postgres.url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {DATABASE}")
    return {
        "DJANGO_SETTINGS_MODULE": "campus_errand.settings.prod", "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(), "ALLOWED_HOSTS": "127.0.0.1", "INSECURE_HTTP": "1",
        "SITE_ORIGIN": "https://errand.example.org", "PORT": str(port), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
        "VAR_DIR": str(folder), "STATIC_ROOT": str(folder / "static"), "RUN_DIR": str(folder / "run"),
        "MEDIA_ROOT": str(disk.folder), "REDIS_URL": redis.url, "WEB_WORKERS": "2", "TASK_WORKERS": "2",
        "DATABASE_URL": urlunsplit(urlsplit(postgres.url)._replace(path=f"/{DATABASE}")),
    }  # fmt: skip


def act(args: argparse.Namespace, site: Site, striker: Striker, outside: int) -> Outcome:
    """People at work while the striker strikes; then everybody finishes, and what is left is looked at."""
    from django.db import connection

    from benchmarks.chaos import checks
    from benchmarks.chaos.staff import Listener, SupportAtWork
    from benchmarks.chaos.world import make_world

    world, people = make_world(site.url, outside, args.seed)
    listener = Listener(next(person for person in people if isinstance(person, SupportAtWork)))
    for thread in (*people, listener):
        thread.start()
    striker.start()
    began = time.monotonic()
    try:
        while striker.is_alive() and time.monotonic() - began < args.minutes * 60:
            striker.join(20)
            say(f"{striker.effective()} faults, {sum(world.record.done.values())} things done")
    finally:  # nothing is struck any more while all is taken down
        striker.stop.set()
        striker.join()
    wait_until_well(site)
    connection.close()  # PostgreSQL has cut it meanwhile
    world.stop.set()
    finish_orders(world)
    world.over.set()
    for thread in (*people, listener):
        thread.join(60)
    wait_until(all_delivered, LAST_EVENTS, 1)
    known = checks.Outside(**stand_ins.ask(outside, "state"))
    exchanges = [*world.diary.exchanges, *callbacks(known)]
    outcome = Outcome(striker.faults, exchanges, world.record.done, world.record.refused)
    outcome.lost = checks.lost(world.campus, world.record, known) + unheard(world, listener, striker)
    outcome.duplicates = checks.duplicates(world.campus, world.record, known)
    outcome.ledger_violations = checks.ledger_violations(world.campus, known)
    outcome.dead_lettered = checks.dead_lettered()
    outcome.slips = [f"{person.name}: {slip}" for person in people for slip in person.problems]
    outcome.done["callbacks"] = sum(one["thanked"] for one in known.callbacks)
    outcome.done["sms"] = len(known.sms)
    return outcome


def callbacks(known) -> list[Exchange]:
    """What the gateways' calls were answered with."""
    return [
        Exchange("POST", path, began, ended, status, retry)
        for told in known.callbacks
        for path, began, ended, status, retry in told["answers"]
    ]


def unheard(world, listener, striker: Striker) -> list[str]:
    from exceptions.models import Ticket

    gone = [(f.began, f.ended) for f in striker.faults if f.kind not in {"beat", "disk_full", "web"}]
    tickets = list(Ticket.objects.filter(campus=world.campus).values_list("no", "opened_at"))
    missed = listener.unheard(tickets, gone)
    return [f"{len(missed)} tickets did not reach an open socket: {missed[:3]}"] if missed else []


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


# -- Until all is quiet --------------------------------------------------------------------------------------------


def wait_until_well(site: Site) -> None:
    """Until /healthz/ says so: migrated, serving, and beat and worker have shown that they live."""

    def well() -> bool:
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"{site.url}/healthz/", timeout=5) as answer,
        ):
            return answer.status == 200
        return False

    if not wait_until(well, 900, 0.5):
        tail = site.log.read_text(errors="replace").splitlines()[-15:]
        sys.exit("The server does not get well:\n" + "\n".join(tail))


def finish_orders(world) -> None:
    """Couriers bring what is under way; what nobody has taken or paid by then is given up by its customer."""
    from django.utils import translation

    from core.errors import DomainError
    from orders import services as orders
    from orders.models import LIVE, Order, Status

    mine = Order.objects.filter(campus=world.campus)
    waiting = [*LIVE, Status.PENDING_PAYMENT]
    wait_until(lambda: not mine.filter(status__in=waiting).exists(), LAST_ORDERS, 1)
    for order in mine.filter(status__in=[Status.PENDING_PAYMENT, Status.PLACED]):
        with contextlib.suppress(DomainError), translation.override("zh-hans"):
            orders.cancel_order(order=order, actor=order.customer, reason="waited long enough")


def all_delivered() -> bool:
    """Whether nothing is left that the site's processes have to do by themselves."""
    from core import clock
    from core.models import OutboxEvent
    from notifications.models import Send
    from payments.models import Refund, Withdrawal

    return not (
        OutboxEvent.objects.filter(due_at__isnull=False).exists()
        or Send.objects.filter(next_try_at__lte=clock.now()).exists()
        or Refund.objects.filter(status=Refund.Status.QUEUED).exists()
        or Withdrawal.objects.filter(status=Withdrawal.Status.APPROVED).exists()
    )


if __name__ == "__main__":
    main()
