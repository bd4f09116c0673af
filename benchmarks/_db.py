"""A PostgreSQL database of one's own for a benchmark: made, migrated, pointed at, and dropped again.

    with scratch_database("scan"):
        from orders.models import Order  # models only inside: Django is set up here
        ...

Processes started inside inherit `DATABASE_URL` and so use the same database.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

DEFAULT_SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Yield the URL of an empty, migrated database, which is dropped when the block ends.

    The server is that of `DATABASE_URL` (the local one by default); its user must be allowed to make databases.
    Exits with a sentence when there is no such server, for these figures mean nothing on SQLite.
    """
    if "django.conf" in sys.modules and sys.modules["django.conf"].settings.configured:
        raise RuntimeError("Django is set up already: import models inside scratch_database() only")
    before = {key: os.environ.get(key) for key in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    with empty_database(name) as url:
        try:
            os.environ["DATABASE_URL"] = url
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_errand.settings.dev")
            _set_up()
            yield url
        finally:
            from django.db import connections

            connections.close_all()
            for key, value in before.items():
                if value is None:
                    os.environ.pop(key, None)
                else:
                    os.environ[key] = value


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """Yield the URL of a database without tables, which is dropped when the block ends."""
    server = os.environ.get("DATABASE_URL") or DEFAULT_SERVER
    if not server.startswith("postgres"):
        sys.exit("This benchmark needs PostgreSQL: set DATABASE_URL=postgres://…")
    database = f"bench_{name}_{os.getpid()}"
    _on_server(server, "CREATE DATABASE {}", database)
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{database}"))
    finally:
        # FORCE: processes that the benchmark started may still be holding on.
        _on_server(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _on_server(server: str, statement: str, database: str) -> None:
    try:
        connection = psycopg2.connect(server)
    except psycopg2.OperationalError as error:
        sys.exit(f"This benchmark needs PostgreSQL, and there is none: {error}")
    try:
        connection.autocommit = True  # databases are not made in transactions
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(database)))
    finally:
        connection.close()
