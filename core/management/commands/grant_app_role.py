"""Give the application a role in PostgreSQL that can change rows but no table, trigger or constraint.

    MIGRATE_DATABASE_URL=postgres://errand:…@host/errand        the owner: it has the tables
    DATABASE_URL=postgres://errand_app:…@host/errand            the application: web, live, worker, beat

`manage.py migrate` connects as the owner and ends with this command, so an installation that sets both addresses has
nothing else to do: the role is made at the first migration (the owner needs CREATEROLE, as the first role of the
PostgreSQL image has; else make it by hand: CREATE ROLE errand_app LOGIN PASSWORD '…') and gets its password and rights
again after each. By itself the command is for after a restore, which may bring tables without rights. It can be run as
often as wanted. Going back: point DATABASE_URL at the owner.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core import dbroles


class Command(BaseCommand):
    help = "Give the role in DATABASE_URL its rights on rows, as the owner in MIGRATE_DATABASE_URL."

    def handle(self, *, verbosity: int = 1, **options):
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles.")
        if not settings.MIGRATE_DATABASE:
            raise CommandError("MIGRATE_DATABASE_URL must name the owner of the tables.")
        application = connection.settings_dict
        role, password = application["USER"], application["PASSWORD"]
        try:
            with dbroles.as_owner():
                count = dbroles.grant(role, password)
        except ImproperlyConfigured as problem:
            raise CommandError(str(problem)) from None
        if verbosity:
            self.stdout.write(f"{role} may change the rows of {count} tables, and no table.")
