"""How the scanner claims what is due of a source, and what it leaves behind: the parts of `sql.open_tickets` in which an
order's alarm and a watch differ."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from django.db import connection

from core.raw_sql import columns, literal
from exceptions.detection import compiled
from exceptions.detection.sources import Alarm, Source, WatchQuery
from exceptions.models import Watch
from orders.models import Order

# Where the ids of watches stand in the kept text of a query.
_PKS = "/* pks */"


@dataclass(frozen=True)
class Claim:
    """For PostgreSQL. `claimed`: CTEs up to `claimed (id, campus, status, …)`: orders and what stands for their type.
    `cleared`: CTEs that move or end the due times. `moved`: a SELECT of watches (`id`) whose step has changed, or ""."""

    claimed: str
    cleared: str
    moved: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """For SQLite: one that is due. `pk` is the order's or the watch's, as the source has it."""

    pk: int
    order: int
    campus: int
    status: str
    next_due: datetime | None = None
    next_step: int = 0
    step: int = 0


def moment(stored: datetime | str) -> datetime:
    """As the database's driver gives it: SQLite has times as text, in UTC."""
    return stored if isinstance(stored, datetime) else datetime.fromisoformat(stored).replace(tzinfo=UTC)


def time(moment: datetime):
    """As the database's driver takes it."""
    return connection.ops.adapt_datetimefield_value(moment)


@singledispatch
def table(source: Source) -> tuple[str, str, str, str]:
    """(table, its key, the due time's column, a condition): which rows a source has, and when each is due."""
    raise TypeError(source)


@table.register
def _(source: Alarm) -> tuple[str, str, str, str]:
    order = columns(Order)
    return order.table, order.id, getattr(order, source.field), "true"


@table.register
def _(source: WatchQuery) -> tuple[str, str, str, str]:
    watch = columns(Watch)
    return watch.table, watch.id, watch.due_at, f"{watch.detector} = {literal(source.name)}"


# Ids are our own integers: written into the statement, they need no array type.
def among(key: str, only: Sequence[int], skip: Sequence[int]) -> str:
    """A condition on rows: those of `only`, without `skip`."""
    wanted = f"AND {key} IN ({', '.join(map(str, map(int, only)))})" if only else ""
    return wanted + (f" AND {key} NOT IN ({', '.join(map(str, map(int, skip)))})" if skip else "")


def due_ids(
    source: Source, now: datetime, limit: int, which: tuple[Sequence[int], Sequence[int]]
) -> list[int]:
    """The rows that the next batch would claim."""
    name, key, due, own = table(source)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key} FROM {name} WHERE {own} AND {due} <= %s {among(key, *which)} ORDER BY {due} LIMIT {limit:d}",
            [time(now)],
        )
        return [pk for (pk,) in cursor.fetchall()]


def order_of(source: Source, pk: int) -> int:
    """The order that a row is about."""
    return pk if isinstance(source, Alarm) else Watch.objects.values_list("order_id", flat=True).get(pk=pk)


# -- PostgreSQL ----------------------------------------------------------------------------------------------


@singledispatch
def postgres(source: Source, now: datetime, limit: int, which: str, lock: str) -> Claim:
    """The parts of the statement for up to `limit` rows."""
    raise TypeError(source)


@postgres.register
def _(source: Alarm, now: datetime, limit: int, which: str, lock: str) -> Claim:
    order = columns(Order)
    due = getattr(order, source.field)
    return Claim(
        claimed=f"""claimed (id, campus, status) AS MATERIALIZED (
    SELECT {order.id}, {order.campus}, {order.status} FROM {order.table} WHERE {due} <= %(now)s {which}
    ORDER BY {due} LIMIT {limit:d} {lock}
)""",
        cleared=f"""cleared AS (
    UPDATE {order.table} AS placed SET {due} = NULL, {order.version} = placed.{order.version} + 1 FROM claimed
    WHERE placed.{order.id} = claimed.id
)""",
    )


@postgres.register
def _(source: WatchQuery, now: datetime, limit: int, which: str, lock: str) -> Claim:
    order, watch = columns(Order), columns(Watch)
    which = which.replace(watch.id, f"watched.{watch.id}")
    judged, values = _named(
        *compiled.judged(source, now, f"{watch.table}.{watch.id} IN (SELECT id FROM locked)")
    )
    # The order with it, as whoever changes a ticket: what a service has in hand is looked at again in a moment.
    return Claim(
        claimed=f"""locked (id) AS MATERIALIZED (
    SELECT watched.{watch.id} FROM {watch.table} AS watched JOIN {order.table} AS placed
        ON placed.{order.id} = watched.{watch.order}
    WHERE watched.{watch.detector} = {literal(source.name)} AND watched.{watch.due_at} <= %(now)s {which}
    ORDER BY watched.{watch.due_at} LIMIT {limit:d} {lock}
),
claimed (watch, id, campus, status, next_due, next_step, step) AS MATERIALIZED ({judged})""",
        cleared=f"""cleared AS (
    UPDATE {watch.table} AS watched SET {watch.due_at} = claimed.next_due, {watch.step} = claimed.next_step,
        {watch.step_at} = CASE WHEN claimed.next_step = claimed.step THEN watched.{watch.step_at} ELSE %(now)s END
    FROM claimed WHERE watched.{watch.id} = claimed.watch AND claimed.next_due IS NOT NULL
),
ended AS (
    DELETE FROM {watch.table} AS watched USING claimed
    WHERE watched.{watch.id} = claimed.watch AND claimed.next_due IS NULL
),
bumped AS (
    UPDATE {order.table} AS placed SET {order.version} = placed.{order.version} + 1 FROM opened
    WHERE placed.{order.id} = opened.order_id
)""",
        moved="SELECT watch AS id FROM claimed WHERE next_step <> step AND next_due IS NOT NULL",
        params=values,
    )


def _named(text: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The parameters by name: the statement around it has names too."""
    names = [f"judge{n}" for n in range(len(values))]
    return text.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names), dict(
        zip(names, values, strict=True)
    )


# -- SQLite --------------------------------------------------------------------------------------------------


def rows(source: Source, now: datetime, limit: int, which: tuple[Sequence[int], Sequence[int]]) -> list[Row]:
    """Up to `limit` that are due, as they stand. There is one writer at a time: nothing is locked."""
    pks = due_ids(source, now, limit, which)
    if isinstance(source, Alarm):
        found = Order.objects.filter(pk__in=pks).values_list("pk", "pk", "campus_id", "status")
        return [Row(*row) for row in found]
    text, values = compiled.judged(source, now, f"{columns(Watch).table}.{columns(Watch).id} IN ({_PKS})")
    with connection.cursor() as cursor:
        cursor.execute(text.replace(_PKS, ", ".join(map(str, pks))), values)
        return [
            Row(pk, order, campus, code, next_due and moment(next_due), next_step, step)
            for pk, order, campus, code, next_due, next_step, step in cursor.fetchall()
        ]


def clear(source: Source, claimed: Sequence[Row], opened_orders: Sequence[int], now: datetime) -> list[int]:
    """Move or end the due times of these rows. Returns the watches whose step has changed."""
    order, watch = columns(Order), columns(Watch)
    with connection.cursor() as cursor:
        bump = f"UPDATE {order.table} SET {order.version} = {order.version} + 1"
        if isinstance(source, Alarm):
            bump += f", {getattr(order, source.field)} = NULL"
        orders = [row.pk for row in claimed] if isinstance(source, Alarm) else opened_orders
        cursor.executemany(f"{bump} WHERE {order.id} = %s", [(pk,) for pk in orders])
        if isinstance(source, Alarm):
            return []
        cursor.executemany(
            f"UPDATE {watch.table} SET {watch.due_at} = %s, {watch.step} = %s WHERE {watch.id} = %s",
            [(time(row.next_due), row.next_step, row.pk) for row in claimed if row.next_due is not None],
        )
    Watch.objects.filter(pk__in=[row.pk for row in claimed if row.next_due is None]).delete()
    moved = [row.pk for row in claimed if row.next_due is not None and row.next_step != row.step]
    Watch.objects.filter(pk__in=moved).update(step_at=now)
    return moved
