from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.events_page import render


class Command(BaseCommand):
    help = "Show the events that apps tell each other, and who subscribes to them (docs/events.md)."

    def add_arguments(self, parser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--write", action="store_true", help="write docs/events.md")
        what.add_argument("--check", action="store_true", help="fail when docs/events.md is not up to date")

    def handle(self, *args, write: bool, check: bool, **options) -> None:
        page, text = Path(settings.BASE_DIR) / "docs" / "events.md", render()
        if write:
            page.write_text(text, encoding="utf-8")
        elif not check:
            self.stdout.write(text)
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            raise CommandError("docs/events.md is not up to date: manage.py show_events --write")
