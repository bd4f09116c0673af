"""What only PostgreSQL has, behind one function each, with an honest equivalent on SQLite.

SQLite runs every `atomic` as BEGIN IMMEDIATE: one writer at a time, so a locked row is the whole database
and there is never a row to skip.
"""

import threading
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import QuerySet

_alone: dict[str, threading.Lock] = defaultdict(threading.Lock)


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def postgres_version() -> int:
    """As PostgreSQL counts it: 150004 is 15.4."""
    return connection.pg_version  # type: ignore[attr-defined]  # not in the base class


def for_update(queryset: QuerySet) -> QuerySet:
    """Lock the rows of this model only (never the joined ones), in primary-key order, until commit."""
    return queryset.order_by("pk").select_for_update(of=("self",) if is_postgres() else ())


def for_update_skip_locked(queryset: QuerySet) -> QuerySet:
    """Lock the rows that nobody else holds and leave out the rest. Keeps the queryset's order."""
    if is_postgres():
        return queryset.select_for_update(skip_locked=True, of=("self",))
    return queryset.select_for_update()


@contextmanager
def repeatable_read() -> Iterator[None]:
    """One moment for all reads of the block, whatever others commit meanwhile. Inside a transaction it has that one's
    view."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and is_postgres():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def try_advisory_lock(name: str) -> Iterator[bool]:
    """Whether nobody else is in a block of this name now; never waits. Held by the session, not by a transaction: the
    block may commit as it goes, and a process that dies lets go. (On SQLite there is one process: its threads count.)
    """
    if not is_postgres():
        free = _alone[name].acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                _alone[name].release()
        return
    key = zlib.crc32(name.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
