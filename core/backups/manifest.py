"""The manifest of a backup: what was in the installation at the moment that the database dump shows."""

import os
import re
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from core import clock
from core.backups import examine, media, proofs
from core.db import postgres_version
from core.models import Heartbeat

FORMAT = 1
HEARTBEAT = "backup"  # the row of core.Heartbeat that tells when the last one was finished
# What is kept apart from a backup, and without which it cannot be used in full. Names only, never a value.
SECRETS = re.compile(r"(KEYS?|SECRET|PASSWORD|CERT)(_ID)?$")
# How rows are written as text must not depend on the role that reads them.
PLAIN = "SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC'"


@dataclass(frozen=True)
class Table:
    """How much is in a table; `checksum` does not depend on the order of its rows."""

    rows: int
    checksum: str


def tables() -> dict[str, Table]:
    """Rows and checksum of every table, as this transaction sees them (PostgreSQL)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAIN)
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        )
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text"
                f" FROM {connection.ops.quote_name(name)} t"
            )
            found[name] = Table(*cursor.fetchone())
    return found


def migrations() -> list[str]:
    """The migrations that this database has had: "app.0001_name"."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def secrets_in_use() -> list[str]:
    """Names of the secrets that this installation is configured with, of those that deploy/env.example has."""
    example = (settings.BASE_DIR / "deploy" / "env.example").read_text(encoding="utf-8")
    names = re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example, re.M)
    return sorted({name for name in names if SECRETS.search(name) and os.environ.get(name)} | {"SECRET_KEY"})


def bytes_needed() -> int:
    """An upper bound of the room that a backup takes: the database with its indexes, and all photos."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        database = cursor.fetchone()[0]
    return database + media.total_size(default_storage)


def describe(version: str) -> dict:
    """The manifest but for its parts. Call it in the transaction whose snapshot is dumped."""
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "version": version,
        "postgresql": postgres_version(),
        "migrations": migrations(),
        "tables": {name: {"rows": t.rows, "checksum": t.checksum} for name, t in tables().items()},
        "examinations": examine(),
        "kept_apart": secrets_in_use(),
        "proofs": proofs.make(),
    }


def record_finished() -> None:
    """Remember that a backup was finished just now: the operators' first page and monitors ask for its age."""
    Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": clock.now()})
