"""Two roles in PostgreSQL: the owner, who migrates, and the application's, who can change rows but no rule.

The owner has the tables; the application's role may read and write rows and nothing else, so that whoever gets into the
application can neither drop nor switch off the triggers and constraints that guard the books. What it may do to each table
follows from `settings.NEVER_DELETED` and `settings.NEVER_CHANGED` (labels of models, or of whole apps).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

OWN = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextmanager
def as_owner() -> Iterator[None]:
    """Within the block the default connection is the owner's (`settings.MIGRATE_DATABASE`), where there is one."""
    owner = settings.MIGRATE_DATABASE
    if not owner:
        yield
        return
    used = connection.settings_dict
    connection.close()
    connection.settings_dict = used | {key: owner[key] for key in OWN if key in owner}  # type: ignore
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = used


def rights(table: str) -> list[str]:
    """What the application's role may do with the rows of a table."""
    if table == MigrationRecorder.Migration._meta.db_table:
        return ["SELECT"]
    if table in _tables(settings.NEVER_CHANGED):
        return ["SELECT", "INSERT"]
    if table in _tables(settings.NEVER_DELETED):
        return ["SELECT", "INSERT", "UPDATE"]
    return ["SELECT", "INSERT", "UPDATE", "DELETE"]


def _tables(labels: list[str]) -> set[str]:
    """The tables of models ("orders.Order"), or of all models of an app ("payments")."""
    models: list[type[Model]] = []
    for label in labels:
        models += [apps.get_model(label)] if "." in label else apps.get_app_config(label).get_models()
    return {model._meta.db_table for model in models}


def grant(role: str, password: str = "") -> int:
    """Make the role where it is missing and give it exactly its rights. To be called as the owner, after each migration;
    again changes nothing. Returns the number of tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == role:
            raise ImproperlyConfigured(
                f"{role} owns the tables: DATABASE_URL must name another role than MIGRATE_DATABASE_URL."
            )
        _make(cursor, role, password)
        name = connection.ops.quote_name(role)
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = (connection.ops.quote_name(found) for found in cursor.fetchone())
        cursor.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {name}")
        cursor.execute(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {name}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}")
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(
                f"GRANT {', '.join(rights(table))} ON {connection.ops.quote_name(table)} TO {name}"
            )
    return len(tables)


def _make(cursor: CursorWrapper, role: str, password: str) -> None:
    cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = %s", [role])
    found = cursor.fetchone()
    if found and found[0]:
        raise ImproperlyConfigured(f"{role} may do everything: the application needs a role of its own.")
    cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    may_make = cursor.fetchone()[0]
    if not found and not may_make:
        raise ImproperlyConfigured(
            f"The role {role} is missing, and the owner may not make it. A superuser says: CREATE ROLE {role} LOGIN PASSWORD '…'"
        )
    if may_make:
        act, name = "ALTER" if found else "CREATE", connection.ops.quote_name(role)
        # A statement about roles takes no parameters of the protocol: the password is quoted on this side.
        secret = " PASSWORD %s" if password else ""
        cursor.execute(
            f"{act} ROLE {name} LOGIN NOCREATEDB NOCREATEROLE{secret}", [password] if password else None
        )


def too_mighty() -> bool:
    """Whether the role that is connected now could change the schema: a superuser, or the owner of a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            " AND pg_has_role(relowner, 'USAGE'))"
        )
        return cursor.fetchone()[0]
