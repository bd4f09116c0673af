"""Django's part of `script/backup`, which is what people call."""

import json
import sys

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from core.backups import manifest, media


class Command(BaseCommand):
    help = (
        "Django's part of script/backup: `session` exports a snapshot and writes the manifest, `media` a tar."
    )
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("part", choices=["session", "media"])
        parser.add_argument("--release", default="", help="which version runs, for the manifest")

    def handle(self, *, part: str, release: str, **options) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL is backed up. In embedded mode: stop it and copy VAR_DIR.")
        if part == "media":
            media.write_archive(default_storage, sys.stdout.buffer)
        else:
            self._session(release)

    def _session(self, release: str) -> None:
        """A dialogue in lines with the script, so that dump and manifest show the same moment.

        1. we say {"snapshot", "bytes_needed"}; the script dumps that snapshot;
        2. it says "part database.dump BYTES SHA256", and perhaps another part;
        3. it says "manifest", we answer with it and a line with a full stop;
        4. it puts the backup in its place and says "kept": only then is it remembered as made.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            self._say(json.dumps({"snapshot": snapshot, "bytes_needed": manifest.bytes_needed()}))
            made = manifest.describe(release) | {"parts": {}}
            line = self._hear()  # the first part is the dump: the snapshot was needed until now
        while line[0] == "part":
            _part, name, size, checksum, *more = line
            made["parts"][name] = {"bytes": int(size), "sha256": checksum}
            if more:
                made["parts"][name]["files"] = int(more[0])
            line = self._hear()
        if line != ["manifest"]:
            raise CommandError(f"unexpected: {line}")
        self._say(json.dumps(made, indent=1, ensure_ascii=False) + "\n.")
        if self._hear() == ["kept"]:
            manifest.record_finished()

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _hear(self) -> list[str]:
        if not (words := sys.stdin.readline().split()):
            raise CommandError("The backup was given up.")
        return words
