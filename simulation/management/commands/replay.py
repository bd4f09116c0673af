"""Replay a real delivery day through the real services and check that nothing was lost."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Count, F

from core import clock
from exceptions.audit.checks import broken
from exceptions.library.loading import load_library
from exceptions.models import Ticket
from orders.models import Order, Status
from simulation.mdrp import read_day
from simulation.replay import Replay

START = datetime(2026, 11, 2, tzinfo=UTC)


class Command(BaseCommand):
    help = "Replay mdrplib instances (folders with orders.txt, restaurants.txt, couriers.txt) and check the result."

    def add_arguments(self, parser):
        parser.add_argument("folders", nargs="+", type=Path)
        parser.add_argument("--first", type=int, default=0, help="first minute of the day")
        parser.add_argument("--last", type=int, default=2880, help="last minute of the day")
        parser.add_argument(
            "--live",
            action="store_true",
            help="in the configured database and at the clock's own pace, with the server's processes scanning",
        )

    def handle(self, *, folders, first, last, live, **options):
        if live and len(folders) > 1:
            raise CommandError("One instance at a time can be replayed live.")
        bad = 0
        for folder in folders:
            try:
                day = read_day(folder)
            except (FileNotFoundError, KeyError, IndexError) as error:
                raise CommandError(f"{folder} is no instance: {error}") from error
            bad += self._live(day, first, last) if live else self._scratch(day, first, last)
        if bad:
            raise CommandError(f"{bad} checks failed")

    def _scratch(self, day, first, last) -> int:
        """In a database of its own that is dropped afterwards."""
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with clock.simulated(START) as simulated:
                load_library()
                replay = Replay(day, START, first=first, last=last)
                simulated.move_to(replay.moment(replay.first))
                replay.prepare()
                replay.run(simulated)
            return self._report(replay)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)

    def _live(self, day, first, last) -> int:
        load_library()
        replay = Replay(day, clock.now(), first=first, last=last)
        replay.midnight = clock.now() - timedelta(minutes=replay.first - 1)
        replay.prepare()
        replay.follow()
        self.stdout.write(f"campus={replay.campus.code}")
        return self._report(replay, check=False)

    def _report(self, replay, *, check: bool = True) -> int:
        orders = Order.objects.filter(campus=replay.campus)
        delivered = orders.filter(status__in=[Status.DELIVERED, Status.COMPLETED])
        tickets = Ticket.objects.filter(campus=replay.campus).values_list("type").annotate(n=Count("pk"))
        problems = broken(replay.campus, expected_orders=replay.outcome.orders) if check else []
        rows = {
            "instance": replay.day.name,
            "orders": orders.count(),
            "delivered": delivered.count(),
            "cancelled": orders.filter(status=Status.CANCELLED).count(),
            "late": delivered.filter(delivered_at__gt=F("late_from")).count(),
            "tickets": json.dumps(dict(tickets.order_by("type")), separators=(",", ":")),
            "scans": replay.outcome.scans,
            "refused_acts": replay.outcome.refused,
            "seconds": f"{replay.outcome.seconds:.1f}",
            "broken_checks": len(problems),
        }
        for name, value in rows.items():
            self.stdout.write(f"{name}={value}")
        for problem in problems:
            self.stderr.write(self.style.ERROR(problem))
        self.stdout.write("")
        return len(problems)
