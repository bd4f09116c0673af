"""manage.py exception_matrix [--write | --check]: what finds each shipped exception type, and which test shows it."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from exceptions.library.matrix import matrix, page

ROOT = Path(settings.BASE_DIR)
PAGE = ROOT / "docs" / "exception-matrix.md"


class Command(BaseCommand):
    help = "Show what finds each shipped exception type; --write puts it into docs/exception-matrix.md, --check compares."

    def add_arguments(self, parser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--write", action="store_true")
        what.add_argument("--check", action="store_true")

    def handle(self, **options) -> None:
        with translation.override("en"):
            rows = matrix(ROOT / "tests")
            text = page(rows)
        problems = [problem for row in rows for problem in row.problems]
        if options["write"]:
            PAGE.write_text(text, encoding="utf-8")
        elif options["check"]:
            if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
                problems.append(
                    f"{PAGE.relative_to(ROOT)} is not as written: manage.py exception_matrix --write"
                )
        else:
            self.stdout.write(text)
        if problems:
            raise CommandError("\n".join(problems))
