"""Make the demo campus with its people and history, if it is not there yet."""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from simulation.demo import HISTORY, load_demo


class Command(BaseCommand):
    help = "Load the drawn demo campus, its people and a week of history."

    def add_arguments(self, parser):
        parser.add_argument(
            "--days", type=float, default=HISTORY / timedelta(days=1), help="days of history (0: none)"
        )

    def handle(self, *, days, **options):
        if (
            settings.PRODUCTION and not settings.SANDBOX
        ):  # people whose password everybody knows, invented money
            raise CommandError("The demo campus is not for a real installation: only where SANDBOX=1 is set.")
        campus = load_demo(history=timedelta(days=days), say=self.stdout.write)
        self.stdout.write(f"campus {campus.code} is ready")
