"""All SQL of the scanner. PostgreSQL does a batch in one statement; SQLite does the same in a few.

Both, in one transaction: claim the due orders, open their tickets (an unresolved one of the same type stays the only
one, and is rung again), write the tickets' logs, the orders' history and the outbox, and clear the alarm.

Types and their deadlines come as a small table made by the caller, so that no row is joined for them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from core.db import is_postgres
from core.ids import new_no
from dispatch.models import CARRIED
from exceptions.detection.alarms import PUSH_BACK, Alarm
from exceptions.models import UNRESOLVED

# One outbox row tells of up to so many tickets: a storm of 100,000 is then a thousand events, not 100,000.
TICKETS_PER_EVENT = 100
# What another scanner has in hand is left to it; what a service has in hand is looked at in a second.
CLAIM = "FOR NO KEY UPDATE SKIP LOCKED"


@dataclass(frozen=True)
class Kind:
    """The ticket that an order in `status` gets."""

    status: str
    type: str
    severity: int
    respond_by: datetime
    resolve_by: datetime


@dataclass(frozen=True)
class Batch:
    """What one batch did: orders claimed, tickets opened, tickets that were there and rang again."""

    claimed: int = 0
    opened: int = 0
    rang: int = 0


def anything_due(columns: Sequence[str], now: datetime) -> bool:
    """One probe of each alarm's partial index: all that an idle scan costs."""
    probes = " OR ".join(f"EXISTS (SELECT 1 FROM orders_order WHERE {column} <= %s)" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {probes}", [_time(now)] * len(columns))
        return bool(cursor.fetchone()[0])


def due_ids(alarm: Alarm, now: datetime, limit: int, skip: Sequence[int]) -> list[int]:
    """The orders that the next batch would claim."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM orders_order WHERE {alarm.column} <= %s {_not_in(skip)}"
            f" ORDER BY {alarm.column} LIMIT {limit:d}",
            [_time(now)],
        )
        return [pk for (pk,) in cursor.fetchall()]


def ring_due(
    alarm: Alarm,
    kinds: Sequence[Kind],
    *,
    now: datetime,
    limit: int,
    only: Sequence[int] = (),
    skip: Sequence[int] = (),
) -> Batch:
    """Open the tickets of up to `limit` due orders (of `only`, without `skip`). The caller holds the transaction."""
    run = _postgres if is_postgres() else _sqlite
    return run(alarm, kinds, now, limit, f"{_only_in(only)} {_not_in(skip)}")


def push_back(alarm: Alarm, order_pk: int, now: datetime) -> None:
    """Let one order's alarm ring again a little later."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE orders_order SET {alarm.column} = %s WHERE id = %s AND {alarm.column} <= %s",
            [_time(now + PUSH_BACK), order_pk, _time(now)],
        )


def _time(moment: datetime):
    return connection.ops.adapt_datetimefield_value(moment)


def _in(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# Ids are our own integers: written into the statement, they need no array type.
def _only_in(pks: Sequence[int]) -> str:
    return f"AND id IN ({', '.join(map(str, map(int, pks)))})" if pks else ""


def _not_in(pks: Sequence[int]) -> str:
    return f"AND id NOT IN ({', '.join(map(str, map(int, pks)))})" if pks else ""


_UNRESOLVED = _in(UNRESOLVED)
_CARRIED = _in(CARRIED)
_TICKET = """no, campus_id, order_id, leg_id, courier_id, type_id, severity, status, version, source, words, wish,
    opened_at, respond_by, resolve_by, asked_party, resolution"""
_EVENT = "ticket_id, at, kind, role, text, data, audience"
_HISTORY = "order_id, at, machine, action, source, target, role, reason, data"
# Should two legs of an order ever be carried at once, the second row meets ON CONFLICT.
_WITH_LEG = f"""LEFT JOIN dispatch_leg AS leg ON leg.order_id = due.id AND leg.status IN ({_CARRIED})"""
_NEW_TICKET = """due.campus_id, due.id, leg.id, leg.courier_id, kind.type, kind.severity, 'open', 1, 'scanner', '', '',
    %(now)s, kind.respond_by, kind.resolve_by, '', ''"""
_ONE_UNRESOLVED = f"ON CONFLICT (order_id, type_id) WHERE status IN ({_UNRESOLVED}) DO NOTHING"


def _kinds(kinds: Sequence[Kind], params: dict) -> str:
    """The table of kinds as VALUES; its values go into `params`."""
    cast = "timestamptz" if is_postgres() else "text"
    rows = [f"('', '', 0, CAST(NULL AS {cast}), CAST(NULL AS {cast}))"] if not kinds else []
    for n, kind in enumerate(kinds):
        params |= {
            f"status{n}": kind.status,
            f"type{n}": kind.type,
            f"severity{n}": kind.severity,
            f"respond{n}": _time(kind.respond_by),
            f"resolve{n}": _time(kind.resolve_by),
        }
        rows.append(
            f"(%(status{n})s, %(type{n})s, %(severity{n})s, CAST(%(respond{n})s AS {cast}),"
            f" CAST(%(resolve{n})s AS {cast}))"
        )
    return f"(VALUES {', '.join(rows)})"


def _postgres(alarm: Alarm, kinds: Sequence[Kind], now: datetime, limit: int, which: str) -> Batch:
    params = {"now": now, "nos": [new_no() for _ in range(limit)]}
    # Every part sees the database as it was before the statement: `rang` cannot find what `opened` inserts.
    statement = f"""
WITH kind (status, type, severity, respond_by, resolve_by) AS {_kinds(kinds, params)},
claimed AS MATERIALIZED (
    SELECT id, campus_id, status FROM orders_order WHERE {alarm.column} <= %(now)s {which}
    ORDER BY {alarm.column} LIMIT {limit:d} {CLAIM}
),
due AS (SELECT claimed.*, (%(nos)s::text[])[row_number() OVER ()] AS no FROM claimed),
rang AS (
    UPDATE exceptions_ticket AS ticket SET version = version + 1
    FROM due JOIN kind USING (status)
    WHERE ticket.order_id = due.id AND ticket.type_id = kind.type AND ticket.status IN ({_UNRESOLVED})
    RETURNING ticket.id, ticket.no
),
opened AS (
    INSERT INTO exceptions_ticket ({_TICKET})
    SELECT due.no, {_NEW_TICKET} FROM due JOIN kind ON kind.status = due.status {_WITH_LEG} {_ONE_UNRESOLVED}
    RETURNING id, no, order_id, type_id
),
logged AS (
    INSERT INTO exceptions_ticketevent ({_EVENT})
    SELECT id, %(now)s, 'opened', 'system', '', '{{}}'::jsonb, 'everyone' FROM opened
    UNION ALL SELECT id, %(now)s, 'rang', 'system', '', '{{}}'::jsonb, 'operators' FROM rang
),
recorded AS (
    INSERT INTO orders_history ({_HISTORY})
    SELECT order_id, %(now)s, 'ticket', 'ticket_opened', '', '', 'system', '',
        jsonb_build_object('ticket', no, 'type', type_id) FROM opened
),
told AS (
    INSERT INTO core_outboxevent (name, payload, created_at, due_at)
    SELECT 'exceptions.tickets_opened', jsonb_build_object('tickets', jsonb_agg(id ORDER BY id)), %(now)s, %(now)s
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {TICKETS_PER_EVENT} AS part FROM opened) AS parts
    GROUP BY part
    UNION ALL
    SELECT 'exceptions.tickets_rang', jsonb_build_object('tickets', jsonb_agg(id ORDER BY id)), %(now)s, %(now)s
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {TICKETS_PER_EVENT} AS part FROM rang) AS parts
    GROUP BY part
),
cleared AS (
    UPDATE orders_order SET {alarm.column} = NULL, version = version + 1 FROM claimed
    WHERE orders_order.id = claimed.id
)
SELECT (SELECT count(*) FROM claimed), (SELECT count(*) FROM opened), (SELECT count(*) FROM rang)"""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return Batch(*cursor.fetchone())


def _sqlite(alarm: Alarm, kinds: Sequence[Kind], now: datetime, limit: int, which: str) -> Batch:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM orders_order WHERE {alarm.column} <= %s {which}"
            f" ORDER BY {alarm.column} LIMIT {limit:d}",
            [_time(now)],
        )
        claimed = {pk: new_no() for (pk,) in cursor.fetchall()}
        if not claimed:
            return Batch()
        params = {"now": _time(now), "claimed": json.dumps(list(claimed.items()))}
        head = f"""
WITH kind (status, type, severity, respond_by, resolve_by) AS {_kinds(kinds, params)},
due AS (
    SELECT orders_order.id, campus_id, status, json_extract(value, '$[1]') AS no
    FROM json_each(%(claimed)s) JOIN orders_order ON orders_order.id = json_extract(value, '$[0]')
)"""
        cursor.execute(
            f"""{head} SELECT ticket.id FROM exceptions_ticket AS ticket
            JOIN due ON due.id = ticket.order_id JOIN kind ON kind.status = due.status AND kind.type = ticket.type_id
            WHERE ticket.status IN ({_UNRESOLVED}) ORDER BY ticket.id""",
            params,
        )
        rang = [pk for (pk,) in cursor.fetchall()]
        # "WHERE true" keeps SQLite from reading ON CONFLICT as the join's ON.
        cursor.execute(
            f"""{head} INSERT INTO exceptions_ticket ({_TICKET})
            SELECT due.no, {_NEW_TICKET} FROM due JOIN kind ON kind.status = due.status {_WITH_LEG} WHERE true
            {_ONE_UNRESOLVED}""",
            params,
        )
        cursor.execute(
            """SELECT id FROM exceptions_ticket
            WHERE no IN (SELECT json_extract(value, '$[1]') FROM json_each(%(claimed)s)) ORDER BY id""",
            {"claimed": params["claimed"]},
        )
        opened = [pk for (pk,) in cursor.fetchall()]
        _sqlite_write(cursor, opened, rang, params["now"])
        cursor.execute(
            f"""UPDATE orders_order SET {alarm.column} = NULL, version = version + 1
            WHERE id IN (SELECT json_extract(value, '$[0]') FROM json_each(%(claimed)s))""",
            {"claimed": params["claimed"]},
        )
    return Batch(len(claimed), len(opened), len(rang))


def _sqlite_write(cursor, opened: list[int], rang: list[int], now: str) -> None:
    """Logs, history and outbox of the batch."""
    params = {"now": now, "opened": json.dumps(opened), "rang": json.dumps(rang)}
    cursor.execute(
        "UPDATE exceptions_ticket SET version = version + 1 WHERE id IN (SELECT value FROM json_each(%(rang)s))",
        {"rang": params["rang"]},
    )
    cursor.execute(
        f"""INSERT INTO exceptions_ticketevent ({_EVENT})
        SELECT value, %(now)s, 'opened', 'system', '', '{{}}', 'everyone' FROM json_each(%(opened)s)
        UNION ALL SELECT value, %(now)s, 'rang', 'system', '', '{{}}', 'operators' FROM json_each(%(rang)s)""",
        params,
    )
    cursor.execute(
        f"""INSERT INTO orders_history ({_HISTORY})
        SELECT order_id, %(now)s, 'ticket', 'ticket_opened', '', '', 'system', '',
            json_object('ticket', no, 'type', type_id)
        FROM json_each(%(opened)s) JOIN exceptions_ticket ON exceptions_ticket.id = value""",
        {"now": now, "opened": params["opened"]},
    )
    for name, pks in (("exceptions.tickets_opened", opened), ("exceptions.tickets_rang", rang)):
        for start in range(0, len(pks), TICKETS_PER_EVENT):
            cursor.execute(
                "INSERT INTO core_outboxevent (name, payload, created_at, due_at) VALUES (%s, %s, %s, %s)",
                [name, json.dumps({"tickets": pks[start : start + TICKETS_PER_EVENT]}), now, now],
            )
