"""Django's `migrate`, as the owner of the tables; the application's role is given its rights afterwards."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate

from core import dbroles


class Command(migrate.Command):
    """Where MIGRATE_DATABASE_URL is set it names the owner, and DATABASE_URL the application's role; else nothing is
    different from Django's own command."""

    def handle(self, *args, **options):
        with dbroles.as_owner():
            super().handle(*args, **options)
        if settings.MIGRATE_DATABASE and not options["plan"] and not options["check_unapplied"]:
            call_command("grant_app_role", verbosity=options["verbosity"])
