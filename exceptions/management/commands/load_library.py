from django.core.management.base import BaseCommand

from exceptions.library.loading import load_library


class Command(BaseCommand):
    help = "Adds the shipped exception types and compensation rules that are missing; edits are kept."

    def handle(self, **options):
        load_library()
