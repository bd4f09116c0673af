"""Encrypt all stored secrets anew with the first of FIELD_ENCRYPTION_KEYS; afterwards the other keys may go."""

from django.core.management.base import BaseCommand

from core import crypto


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        for place, rows in crypto.rotate_all().items():
            self.stdout.write(f"{place}: {rows} rows")
