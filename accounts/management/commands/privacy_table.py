"""Print the table of personal data as Markdown, or write it into docs/privacy.md."""

from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from accounts.personal_data_admin import kept
from core import personal_data

BEGIN, END = "<!-- table: manage.py privacy_table --write -->", "<!-- end of the table -->"


class Command(BaseCommand):
    help = "Print the table of personal data; with --write, put it into docs/privacy.md."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args, write: bool, **options) -> None:
        if not write:
            self.stdout.write(table())
            return
        path = document()
        before, rest = path.read_text().split(BEGIN)
        path.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}")


def document() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "privacy.md"


def table() -> str:
    """The table in English, a heading for each model."""
    with translation.override("en"):
        return "\n\n".join(
            "\n".join(
                [
                    f"### {model}",
                    "",
                    "| Fields | For what | Read by | Kept | When erased | Exported |",
                    "|---|---|---|---|---|---|",
                    *(_line(row) for row in rows),
                ]
            )
            for model, rows in groupby(personal_data.table(), key=lambda row: row.model)
        )


def _line(row: personal_data.Row) -> str:
    erasure = str(row.erasure.label)
    if row.law and row.law != row.purpose:
        erasure += f" ({row.law})"
    readers = ", ".join(str(reader.label) for reader in row.readers)
    fields = ", ".join(f"`{name}`" for name in row.fields)
    return f"| {fields} | {row.purpose} | {readers} | {kept(row)} | {erasure} | {row.exported or '—'} |"
