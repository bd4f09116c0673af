"""The tests' databases: migrated once, copied for each process, and emptied quickly after tests that commit.

Migrating takes some ten seconds, a copy a fraction of one. The migrated template is made by whichever process needs it
first, and kept for later runs (PostgreSQL: `test_NAME_template`; SQLite: in `.pytest_cache`) until a file changes that
has a say in what it looks like.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from payments import ledger_constraints

# Rows that migrating makes and no test changes: emptying leaves them.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def digest() -> str:
    """Of every file that has a say in what a migrated database looks like."""
    root = settings.BASE_DIR
    own = [Path(app.path) for app in apps.get_app_configs() if root in Path(app.path).parents]
    files = [root / "requirements.txt"]
    files += [file for folder in own if ".venv" not in folder.parts for file in folder.rglob("*.py")]
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(str(file.relative_to(root)).encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def own_database(connection: BaseDatabaseWrapper, kept_in: Path) -> Iterator[None]:
    """This process's database, fresh from the template, and gone afterwards. `kept_in`: the folder of templates."""
    name, test_name = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    if connection.vendor == "postgresql":
        own = test_name or f"test_{name}"
        _copy_on_postgresql(connection, f"test_{name}_template"[:63], own)
    else:
        own = Path(test_name)
        _copy_on_sqlite(connection, kept_in, own)
    _call_it(connection, own)
    connection.settings_dict["TEST"]["NAME"] = test_name
    try:
        yield
    finally:
        connection.close()
        if connection.vendor == "postgresql":
            with connection.creation._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        else:
            shutil.rmtree(own.parent, ignore_errors=True)
        _call_it(connection, name)


def _call_it(connection: BaseDatabaseWrapper, name: str | Path) -> None:
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def _migrate(connection: BaseDatabaseWrapper, name: str | Path) -> None:
    """Make the database of that name as Django's test runner does."""
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()


def _copy_on_postgresql(connection: BaseDatabaseWrapper, template: str, own: str) -> None:
    now = digest()
    # The lock ends with its session. Nobody may be connected to a template while it is copied.
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [template]
        )
        if cursor.fetchone() != (now,):
            cursor.execute(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
            _migrate(connection, template)
            cursor.execute(f"COMMENT ON DATABASE \"{template}\" IS '{now}'")
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{template}"')


def _copy_on_sqlite(connection: BaseDatabaseWrapper, kept_in: Path, own: Path) -> None:
    template = kept_in / f"{digest()}.sqlite3"
    with (kept_in / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for old in kept_in.glob("*.sqlite3*"):
                old.unlink()
            _migrate(connection, own)
            half = template.with_suffix(".half")
            shutil.copyfile(own, half)
            half.rename(template)
        shutil.copyfile(template, own)


@lru_cache
def _tables() -> list[str]:
    """Those of all models, many-to-many ones included."""
    return sorted(
        {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
        - KEPT
    )


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete the rows of the tables that have any.

    Django's flush truncates all tables and makes all permissions anew, which takes longer than most tests. What the
    ledger's triggers refuse everywhere else, they let pass here.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM {t})" for t in _tables())
        )
        filled = [table for (table,) in cursor.fetchall()]
        unguarded = bool(
            {*filled} & {*ledger_constraints.BOOKS, "payments_account"}
        ) or ledger_constraints.missing(connection)
        for statement in ledger_constraints.removing(connection.vendor) if unguarded else []:
            cursor.execute(statement)
        for table in filled:
            cursor.execute(f"DELETE FROM {table}")
        if unguarded:
            connection.check_constraints()  # PostgreSQL changes no trigger that still has something to look at
            for statement in ledger_constraints.installing(connection.vendor):
                cursor.execute(statement)
