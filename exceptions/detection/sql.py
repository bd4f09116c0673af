"""All SQL of the scanner. PostgreSQL does a batch in one statement; SQLite does the same in a few.

Both, in one transaction: claim the due orders, open their tickets (an unresolved one of the same type stays the only
one, and its alarm is repeated), write the tickets' logs, the orders' history and the outbox, and clear the alarm.

Types and their deadlines come as a small table made by the caller, so that no row is joined for them.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import SimpleNamespace

from django.db import connection

from core.db import is_postgres
from core.ids import new_no
from core.models import OutboxEvent
from core.raw_sql import columns, insert, literal
from core.versioning import VersionStatus
from delivery.models import CARRIED, Leg
from exceptions.detection.alarms import PUSH_BACK, Alarm
from exceptions.events import AlarmsRepeated, TicketsOpened
from exceptions.models import UNRESOLVED, CompensationRule, Ticket, TicketEvent
from orders.models import History, Order

# One outbox row tells of up to so many tickets: a storm of 100,000 is then a thousand events, not 100,000.
TICKETS_PER_EVENT = 100
# What another scanner has in hand is left to it; what a service has in hand is looked at in a second.
CLAIM = "FOR NO KEY UPDATE SKIP LOCKED"


@dataclass(frozen=True)
class TicketSpec:
    """The ticket that an order in `status` gets."""

    status: str
    type: str
    severity: int
    respond_by: datetime
    resolve_by: datetime


@dataclass(frozen=True)
class Batch:
    """What one batch did: orders claimed, tickets opened, tickets that were there and whose alarm was repeated."""

    claimed: int = 0
    opened: int = 0
    repeated: int = 0


def anything_due(alarms: Sequence[Alarm], now: datetime) -> bool:
    """One probe of each alarm's partial index: all that an idle scan costs."""
    sql = _sql(connection.vendor)
    probes = [f"EXISTS (SELECT 1 FROM {sql.order.table} WHERE {_due(sql, alarm)} <= %s)" for alarm in alarms]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' OR '.join(probes)}", [_time(now)] * len(probes))
        return bool(cursor.fetchone()[0])


def due_ids(alarm: Alarm, now: datetime, limit: int, skip: Sequence[int]) -> list[int]:
    """The orders that the next batch would claim."""
    sql = _sql(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sql.order.id} FROM {sql.order.table} WHERE {_due(sql, alarm)} <= %s {_not_in(sql, skip)}"
            f" ORDER BY {_due(sql, alarm)} LIMIT {limit:d}",
            [_time(now)],
        )
        return [pk for (pk,) in cursor.fetchall()]


def open_tickets(
    alarm: Alarm,
    specs: Sequence[TicketSpec],
    *,
    now: datetime,
    limit: int,
    only: Sequence[int] = (),
    skip: Sequence[int] = (),
) -> Batch:
    """Open the tickets of up to `limit` due orders (of `only`, without `skip`). The caller holds the transaction."""
    sql = _sql(connection.vendor)
    run = _postgres if is_postgres() else _sqlite
    return run(sql, alarm, specs, now, limit, f"{_only_in(sql, only)} {_not_in(sql, skip)}")


def push_back(alarm: Alarm, order_pk: int, now: datetime) -> None:
    """Let one order's alarm go off again a little later."""
    sql = _sql(connection.vendor)
    due = _due(sql, alarm)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {sql.order.table} SET {due} = %s WHERE {sql.order.id} = %s AND {due} <= %s",
            [_time(now + PUSH_BACK), order_pk, _time(now)],
        )


def _time(moment: datetime):
    return connection.ops.adapt_datetimefield_value(moment)


def _in(values: Collection[str]) -> str:
    return ", ".join(literal(str(value)) for value in values)


def _due(sql: SimpleNamespace, alarm: Alarm) -> str:
    return getattr(sql.order, alarm.field)


# Ids are our own integers: written into the statement, they need no array type.
def _only_in(sql: SimpleNamespace, pks: Sequence[int]) -> str:
    return f"AND {sql.order.id} IN ({', '.join(map(str, map(int, pks)))})" if pks else ""


def _not_in(sql: SimpleNamespace, pks: Sequence[int]) -> str:
    return f"AND {sql.order.id} NOT IN ({', '.join(map(str, map(int, pks)))})" if pks else ""


@cache
def _sql(vendor: str) -> SimpleNamespace:
    """The parts of the statements that depend on the models and the database's `vendor` alone."""
    order, leg, ticket, rule = columns(Order), columns(Leg), columns(Ticket), columns(CompensationRule)
    one_unresolved = next(c for c in Ticket._meta.constraints if c.name == "one_unresolved_ticket")
    target = ", ".join(getattr(ticket, name) for name in one_unresolved.fields)
    unresolved = f"{ticket.status} IN ({_in(UNRESOLVED)})"
    return SimpleNamespace(
        order=order,
        ticket=ticket,
        unresolved=unresolved,
        # Should two legs of an order ever be carried at once, the second row meets ON CONFLICT.
        with_leg=(
            f"LEFT JOIN {leg.table} AS leg ON leg.{leg.order} = due.id AND leg.{leg.status} IN ({_in(CARRIED)})"
        ),
        new_ticket=insert(
            Ticket,
            no="due.no",
            campus="due.campus",
            order="due.id",
            leg=f"leg.{leg.id}",
            courier=f"leg.{leg.courier}",
            type="spec.type",
            compensation_rule=(
                f"(SELECT {rule.id} FROM {rule.table} WHERE {rule.campus} = due.campus AND {rule.type} = spec.type"
                f" AND {rule.status} = {literal(VersionStatus.LIVE)})"
            ),
            severity="spec.severity",
            source=literal(Ticket.Source.SCANNER),
            opened_at="%(now)s",
            respond_by="spec.respond_by",
            resolve_by="spec.resolve_by",
        ),
        once=f"ON CONFLICT ({target}) WHERE {unresolved} DO NOTHING",
        entry_opened=_entry("opened", TicketEvent.Audience.EVERYONE),
        entry_repeated=_entry("alarm_repeated", TicketEvent.Audience.OPERATORS),
        history=insert(
            History,
            order="order_id",
            at="%(now)s",
            machine=literal("ticket"),
            action=literal("ticket_opened"),
            data=f"{'jsonb_build_object' if vendor == 'postgresql' else 'json_object'}('ticket', no, 'type', type_id)",
        ),
    )


def _entry(kind: str, audience: str) -> SimpleNamespace:
    return insert(
        TicketEvent,
        ticket="id",
        at="%(now)s",
        kind=literal(kind),
        role=literal("system"),
        audience=literal(audience),
    )


def _specs(specs: Sequence[TicketSpec], params: dict) -> str:
    """`spec (…)` with its rows as VALUES, for a WITH clause; its values go into `params`."""
    cast = "timestamptz" if is_postgres() else "text"
    rows = [f"('', '', 0, CAST(NULL AS {cast}), CAST(NULL AS {cast}))"] if not specs else []
    for n, spec in enumerate(specs):
        params |= {
            f"status{n}": spec.status,
            f"type{n}": spec.type,
            f"severity{n}": spec.severity,
            f"respond{n}": _time(spec.respond_by),
            f"resolve{n}": _time(spec.resolve_by),
        }
        rows.append(
            f"(%(status{n})s, %(type{n})s, %(severity{n})s, CAST(%(respond{n})s AS {cast}),"
            f" CAST(%(resolve{n})s AS {cast}))"
        )
    return f"spec (status, type, severity, respond_by, resolve_by) AS (VALUES {', '.join(rows)})"


def _postgres(
    sql: SimpleNamespace, alarm: Alarm, specs: Sequence[TicketSpec], now: datetime, limit: int, which: str
) -> Batch:
    params = {"now": now, "nos": [new_no() for _ in range(limit)]}
    order, ticket, due = sql.order, sql.ticket, _due(sql, alarm)
    tell = insert(
        OutboxEvent,
        name="%s",
        payload="jsonb_build_object('tickets', jsonb_agg(id ORDER BY id))",
        created_at="%%(now)s",
        due_at="%%(now)s",
    )
    # Every part sees the database as it was before the statement: `repeated` cannot find what `opened` inserts.
    statement = f"""
WITH {_specs(specs, params)},
claimed (id, campus, status) AS MATERIALIZED (
    SELECT {order.id}, {order.campus}, {order.status} FROM {order.table} WHERE {due} <= %(now)s {which}
    ORDER BY {due} LIMIT {limit:d} {CLAIM}
),
due AS (SELECT claimed.*, (%(nos)s::text[])[row_number() OVER ()] AS no FROM claimed),
repeated (id) AS (
    UPDATE {ticket.table} AS ticket SET {ticket.version} = ticket.{ticket.version} + 1
    FROM due JOIN spec USING (status)
    WHERE ticket.{ticket.order} = due.id AND ticket.{ticket.type} = spec.type AND ticket.{sql.unresolved}
    RETURNING ticket.{ticket.id}
),
opened (id, no, order_id, type_id) AS (
    {sql.new_ticket.head}
    SELECT {sql.new_ticket.values} FROM due JOIN spec ON spec.status = due.status {sql.with_leg} {sql.once}
    RETURNING {ticket.id}, {ticket.no}, {ticket.order}, {ticket.type}
),
logged AS (
    {sql.entry_opened.head} SELECT {sql.entry_opened.values} FROM opened
    UNION ALL SELECT {sql.entry_repeated.values} FROM repeated
),
recorded AS ({sql.history.head} SELECT {sql.history.values} FROM opened),
told AS (
    {tell.head}
    SELECT {tell.values % literal(TicketsOpened.name)}
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {TICKETS_PER_EVENT} AS part FROM opened) AS parts
    GROUP BY part
    UNION ALL
    SELECT {tell.values % literal(AlarmsRepeated.name)}
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {TICKETS_PER_EVENT} AS part FROM repeated) AS parts
    GROUP BY part
),
cleared AS (
    UPDATE {order.table} AS placed SET {due} = NULL, {order.version} = placed.{order.version} + 1 FROM claimed
    WHERE placed.{order.id} = claimed.id
)
SELECT (SELECT count(*) FROM claimed), (SELECT count(*) FROM opened), (SELECT count(*) FROM repeated)"""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return Batch(*cursor.fetchone())


def _sqlite(
    sql: SimpleNamespace, alarm: Alarm, specs: Sequence[TicketSpec], now: datetime, limit: int, which: str
) -> Batch:
    order, ticket, due = sql.order, sql.ticket, _due(sql, alarm)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {order.id} FROM {order.table} WHERE {due} <= %s {which} ORDER BY {due} LIMIT {limit:d}",
            [_time(now)],
        )
        claimed = {pk: new_no() for (pk,) in cursor.fetchall()}
        if not claimed:
            return Batch()
        params = {"now": _time(now), "claimed": json.dumps(list(claimed.items()))}
        head = f"""
WITH {_specs(specs, params)},
due (id, campus, status, no) AS (
    SELECT placed.{order.id}, placed.{order.campus}, placed.{order.status}, json_extract(value, '$[1]')
    FROM json_each(%(claimed)s) JOIN {order.table} AS placed ON placed.{order.id} = json_extract(value, '$[0]')
)"""
        cursor.execute(
            f"""{head} SELECT ticket.{ticket.id} FROM {ticket.table} AS ticket
            JOIN due ON due.id = ticket.{ticket.order}
            JOIN spec ON spec.status = due.status AND spec.type = ticket.{ticket.type}
            WHERE ticket.{sql.unresolved} ORDER BY ticket.{ticket.id}""",
            params,
        )
        repeated = [pk for (pk,) in cursor.fetchall()]
        # "WHERE true" keeps SQLite from reading ON CONFLICT as the join's ON.
        cursor.execute(
            f"""{head} {sql.new_ticket.head}
            SELECT {sql.new_ticket.values} FROM due JOIN spec ON spec.status = due.status {sql.with_leg} WHERE true
            {sql.once}""",
            params,
        )
        cursor.execute(
            f"""SELECT {ticket.id} FROM {ticket.table}
            WHERE {ticket.no} IN (SELECT json_extract(value, '$[1]') FROM json_each(%(claimed)s)) ORDER BY {ticket.id}""",
            {"claimed": params["claimed"]},
        )
        opened = [pk for (pk,) in cursor.fetchall()]
        _sqlite_write(sql, cursor, opened, repeated, now)
        cursor.execute(
            f"""UPDATE {order.table} SET {due} = NULL, {order.version} = {order.version} + 1
            WHERE {order.id} IN (SELECT json_extract(value, '$[0]') FROM json_each(%(claimed)s))""",
            {"claimed": params["claimed"]},
        )
    return Batch(len(claimed), len(opened), len(repeated))


def _sqlite_write(
    sql: SimpleNamespace, cursor, opened: list[int], repeated: list[int], now: datetime
) -> None:
    """Logs, history and outbox of the batch."""
    ticket = sql.ticket
    opened_rows = f"""(SELECT ticket.{ticket.id} AS id, ticket.{ticket.no} AS no, ticket.{ticket.order} AS order_id,
        ticket.{ticket.type} AS type_id
        FROM json_each(%(opened)s) JOIN {ticket.table} AS ticket ON ticket.{ticket.id} = value)"""
    repeated_rows = "(SELECT value AS id FROM json_each(%(repeated)s))"
    params = {"now": _time(now), "opened": json.dumps(opened), "repeated": json.dumps(repeated)}
    cursor.execute(
        f"""UPDATE {ticket.table} SET {ticket.version} = {ticket.version} + 1
        WHERE {ticket.id} IN (SELECT value FROM json_each(%(repeated)s))""",
        {"repeated": params["repeated"]},
    )
    cursor.execute(
        f"""{sql.entry_opened.head} SELECT {sql.entry_opened.values} FROM {opened_rows}
        UNION ALL SELECT {sql.entry_repeated.values} FROM {repeated_rows}""",
        params,
    )
    cursor.execute(
        f"{sql.history.head} SELECT {sql.history.values} FROM {opened_rows}",
        {"now": params["now"], "opened": params["opened"]},
    )
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            name=event.name,
            payload=event(tickets=tuple(pks[start : start + TICKETS_PER_EVENT])).payload(),
            created_at=now,
            due_at=now,
        )
        for event, pks in ((TicketsOpened, opened), (AlarmsRepeated, repeated))
        for start in range(0, len(pks), TICKETS_PER_EVENT)
    )
