"""Django's part of `script/restore`, which is what people call."""

import json
import sys

import redis
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.backups import media, restoring
from core.dbroles import as_owner
from core.redis_pool import redis_client


class Command(BaseCommand):
    help = "Django's part of script/restore. Manifest (or, for `media`, the tar) on standard input."
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("step", choices=["preflight", "compare", "media", "check"])
        parser.add_argument("--force", action="store_true", help="also into an installation that is in use")

    def handle(self, *, step: str, force: bool, **options) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL is restored.")
        if step == "media":
            self.stdout.write(f"{media.read_archive(default_storage, sys.stdin.buffer)} files are back.")
            return
        backup = json.load(sys.stdin)
        if step == "preflight":
            with as_owner():  # the application's role has no rights yet, and may not be there at all
                report = restoring.preflight(backup)
            if not force:
                report.stops += report.warnings
                report.warnings = []
        elif step == "compare":
            with as_owner():
                report = restoring.compare_tables(backup)
        else:
            report = restoring.check(backup)
            report.facts.append(_empty_redis())
        for words in report.facts:
            self.stdout.write(words)
        for words in report.warnings:
            self.stderr.write(f"Note: {words}" if not words.startswith(" ") else words)
        if report.stops:
            raise CommandError("\n".join(report.stops))


def _empty_redis() -> str:
    """What Redis holds (queue, cache, positions) speaks of rows of another time."""
    if not settings.REDIS_URL:
        return "There is no Redis."
    try:
        redis_client().flushdb()
    except (redis.RedisError, OSError):
        return "Redis does not answer: empty its database yourself before the server starts (FLUSHDB)."
    return "Redis is emptied: what it held spoke of another time."
