"""What is looked at before, in and after a restore."""

import shutil
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core.backups import examine, manifest, media, proofs
from core.db import postgres_version

SHOWN = 20  # of a long list


@dataclass
class Report:
    """Sentences for who restores: what stops it, what must be known, what is merely said."""

    stops: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


def preflight(backup: dict) -> Report:
    """Whether this backup can go into this installation. Changes nothing.

    `stops` cannot be overruled; `warnings` are what `--force` overrules.
    """
    report = Report()
    if backup.get("format") != manifest.FORMAT:
        report.stops.append(f"This is no backup that this version reads (format {backup.get('format')}).")
        return report
    known = MigrationLoader(None)
    replaced = {key for m in known.disk_migrations.values() for key in m.replaces}
    ours = {f"{app}.{name}" for app, name in {*known.disk_migrations, *replaced}}
    if newer := sorted(set(backup["migrations"]) - ours):
        report.stops.append(
            f"The backup is newer than this code ({len(newer)} migrations are unknown here, the first is {newer[0]})."
            f" Check out {backup['version']} and restore with that."
        )
    if room := _lacking_room(backup):
        report.stops.append(room)
    for name in proofs.wrong_keys(backup["proofs"]):
        report.warnings.append(WRONG_KEY[name])
    if people := _people():
        report.warnings.append(f"This installation is not empty: {people} people are in its database.")
    if any(True for _ in media.names(default_storage)):
        report.warnings.append("This installation is not empty: it keeps photos.")
    return report


WRONG_KEY = {
    "SECRET_KEY": "SECRET_KEY is not the one of the backup: everybody would have to log in again, and links that"
    " were sent out would be void.",
    "FIELD_ENCRYPTION_KEYS": "FIELD_ENCRYPTION_KEYS lacks the key that this backup was encrypted with: second factors"
    " and payout accounts could not be read. Add the key of that time to the list (it need not be the first).",
}


def _people() -> int:
    table = get_user_model()._meta.db_table
    if table not in connection.introspection.table_names():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        return cursor.fetchone()[0]


def _lacking_room(backup: dict) -> str:
    part = backup["parts"].get("media.tar")
    try:
        root = default_storage.path("")
    except NotImplementedError:  # S3 has room
        return ""
    there = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.BASE_DIR
    if part and (free := shutil.disk_usage(there).free) < part["bytes"]:
        return f"{root} has room for {free // 2**20} MiB, the photos take {part['bytes'] // 2**20} MiB."
    return ""


def compare_tables(backup: dict) -> Report:
    """The restored tables against the manifest, before any migration changes them."""
    report = Report()
    there = manifest.tables()
    for name, said in backup["tables"].items():
        table = there.get(name)
        if table is None:
            report.stops.append(f"{name} is missing.")
        elif table.rows != said["rows"]:
            report.stops.append(f"{name} has {table.rows} rows, the backup had {said['rows']}.")
        elif (
            table.checksum != said["checksum"]
            and postgres_version() // 10000 != backup["postgresql"] // 10000
        ):
            # Another major version may write a value otherwise as text, or sum it up otherwise.
            report.warnings.append(
                f"{name} has its {table.rows} rows; this PostgreSQL sums them up otherwise."
            )
        elif table.checksum != said["checksum"]:
            report.stops.append(f"{name} has the right number of rows, but not the same ones.")
    rows = sum(table.rows for table in there.values())
    report.facts.append(f"{len(there)} tables with {rows} rows are those of the backup, row by row.")
    if report.stops or report.warnings:
        report.facts.clear()
    return report


def check(backup: dict) -> Report:
    """The installation as it is after migrations and photos: guards, the ledger, rows and files."""
    report = Report()
    before = backup["examinations"]
    for name, complaints in examine().items():
        report.stops += [f"{name}: {words}" for words in complaints if words not in before.get(name, [])]
        report.warnings += [
            f"{name}: {words} (so it was in the backup)"
            for words in complaints
            if words in before.get(name, [])
        ]
        if not complaints:
            report.facts.append(f"{name}: nothing to complain of.")
    rows, files = media.named_by_rows(), set(media.names(default_storage))
    missing = sorted(set(rows) - files)
    if missing:
        report.warnings.append(f"{len(missing)} files that rows name are missing:")
        report.warnings += [f"  {rows[name]} {name}" for name in missing[:SHOWN]]
    report.facts.append(
        f"Files: {len(files)}; rows name {len(rows)} of them, {len(missing)} of which are missing;"
        f" {len(files - set(rows))} are named by no row."
    )
    return report
