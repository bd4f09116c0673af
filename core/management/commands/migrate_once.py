"""Bring the database up to this version, once, however many hosts start together."""

import time
from argparse import ArgumentParser
from contextlib import closing

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

LOCK = 1_163_022_674  # a number of our own for pg_advisory_lock


class Command(BaseCommand):
    help = "Waits for the database, then migrates and loads what is shipped, while others wait for the same."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--wait", type=float, default=120, help="seconds to wait for the database to answer"
        )
        parser.add_argument(
            "--skip-migrations", action="store_true", help="another host brings the database up to date"
        )
        parser.add_argument(
            "--collectstatic", action="store_true", help="collect the static files in the same start"
        )

    def handle(
        self, *, wait: float, verbosity: int, skip_migrations: bool, collectstatic: bool, **options
    ) -> None:
        if not skip_migrations:
            self.migrate(wait, max(0, verbosity - 1))
        if collectstatic:
            call_command("collectstatic", interactive=False, verbosity=0)

    def migrate(self, wait: float, verbosity: int) -> None:
        # A connection of its own: the lock is the session's, and a migration may close or change its own session.
        with closing(connections.create_connection("default")) as guard:
            # As the owner of the tables: the application's role may not be there yet.
            # (A copy: the dictionary is that of the application's own connections.)
            guard.settings_dict = {**guard.settings_dict, **(settings.MIGRATE_DATABASE or {})}
            self.wait_for(guard, wait)
            if guard.vendor == "postgresql":
                with guard.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            call_command("migrate", interactive=False, verbosity=verbosity)
            for command in settings.AFTER_MIGRATE:
                call_command(command, verbosity=verbosity)

    def wait_for(self, guard: BaseDatabaseWrapper, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                guard.ensure_connection()
                return
            except DatabaseError as error:
                if time.monotonic() > until:
                    raise CommandError(f"The database does not answer: {error}") from None
                self.stderr.write("Waiting for the database.")
                time.sleep(1)
