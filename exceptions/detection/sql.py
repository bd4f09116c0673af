"""All SQL of the scanner. PostgreSQL does a batch in one statement; SQLite does the same in a few.

Both, in one transaction: claim what is due of a source (`claims`), open the tickets (an unresolved one of the same type
stays the only one, and its alarm is repeated), write the tickets' logs, the orders' history and the outbox, and move the
due times.

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
from core.events import Event
from core.ids import new_no
from core.models import OutboxEvent
from core.raw_sql import columns, insert, literal
from core.versioning import VersionStatus
from delivery.models import CARRIED, Leg
from exceptions.detection import claims
from exceptions.detection.alarms import PUSH_BACK
from exceptions.detection.claims import among, time
from exceptions.detection.sources import Source
from exceptions.events import AlarmsRepeated, TicketsOpened, WatchesMoved
from exceptions.models import UNRESOLVED, CompensationRule, Ticket, TicketEvent, TicketStatus
from orders.models import History, Order

# One outbox row tells of up to so many tickets: a storm of 100,000 is then a thousand events, not 100,000.
TICKETS_PER_EVENT = 100
# What another scanner has in hand is left to it; what a service has in hand is looked at in a second.
CLAIM = "FOR NO KEY UPDATE SKIP LOCKED"


@dataclass(frozen=True)
class TicketSpec:
    """The ticket that is opened where `status` (of the order, or what a watch makes of it) stands for its type."""

    status: str
    type: str
    severity: int
    respond_by: datetime
    resolve_by: datetime


@dataclass(frozen=True)
class Batch:
    """What one batch did: rows claimed, tickets opened, tickets that were there and whose alarm was repeated."""

    claimed: int = 0
    opened: int = 0
    repeated: int = 0


def anything_due(sources: Sequence[Source], now: datetime) -> bool:
    """One probe of each source's index: all that an idle scan costs."""
    probes = []
    for source in sources:
        table, _key, due, own = claims.table(source)
        probes.append(f"EXISTS (SELECT 1 FROM {table} WHERE {own} AND {due} <= %s)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' OR '.join(probes)}", [time(now)] * len(probes))
        return bool(cursor.fetchone()[0])


def next_due(sources: Sequence[Source]) -> datetime | None:
    """The earliest due time of all sources: one probe of each index as well."""
    probes = []
    for source in sources:
        table, _key, due, own = claims.table(source)
        probes.append(f"(SELECT min({due}) FROM {table} WHERE {own} AND {due} IS NOT NULL)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(probes)}")
        found = [one for one in cursor.fetchone() if one is not None]
    return min((claims.moment(one) for one in found), default=None)


def open_tickets(
    source: Source,
    specs: Sequence[TicketSpec],
    *,
    now: datetime,
    limit: int,
    only: Sequence[int] = (),
    skip: Sequence[int] = (),
) -> Batch:
    """Open the tickets of up to `limit` due rows (of `only`, without `skip`). The caller holds the transaction."""
    run = _postgres if is_postgres() else _sqlite
    return run(_sql(connection.vendor), source, specs, now, limit, (only, skip))


def push_back(source: Source, pk: int, now: datetime) -> None:
    """Let one row be due again a little later."""
    table, key, due, _own = claims.table(source)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {due} = %s WHERE {key} = %s AND {due} <= %s",
            [time(now + PUSH_BACK), pk, time(now)],
        )


def _in(values: Collection[str]) -> str:
    return ", ".join(literal(str(value)) for value in values)


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
        # As the index has it (`exceptions.models.PENDING`): what was merged goes on elsewhere, and is not opened again.
        once=(
            f"ON CONFLICT ({target}) WHERE ({unresolved} OR ({ticket.resolved_at} IS NULL"
            f" AND {ticket.status} = {literal(TicketStatus.MERGED)})) DO NOTHING"
        ),
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
            f"respond{n}": time(spec.respond_by),
            f"resolve{n}": time(spec.resolve_by),
        }
        rows.append(
            f"(%(status{n})s, %(type{n})s, %(severity{n})s, CAST(%(respond{n})s AS {cast}),"
            f" CAST(%(resolve{n})s AS {cast}))"
        )
    return f"spec (status, type, severity, respond_by, resolve_by) AS (VALUES {', '.join(rows)})"


def _postgres(
    sql: SimpleNamespace,
    source: Source,
    specs: Sequence[TicketSpec],
    now: datetime,
    limit: int,
    which: tuple[Sequence[int], Sequence[int]],
) -> Batch:
    params = {"now": now, "nos": [new_no() for _ in range(limit)]}
    ticket, (_table, key, _due, _own) = sql.ticket, claims.table(source)
    claim = claims.postgres(source, now, limit, among(key, *which), CLAIM)
    tell = insert(
        OutboxEvent, name="%s", payload="jsonb_build_object(%s, jsonb_agg(id ORDER BY id))", created_at="%%(now)s",
        due_at="%%(now)s",
    )  # fmt: skip
    told = [
        (TicketsOpened, "tickets", "SELECT id FROM opened"),
        (AlarmsRepeated, "tickets", "SELECT id FROM repeated"),
    ]
    if claim.moved:
        told.append((WatchesMoved, "watches", claim.moved))
    # Every part sees the database as it was before the statement: `repeated` cannot find what `opened` inserts.
    statement = f"""
WITH {_specs(specs, params)},
{claim.claimed},
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
    {" UNION ALL ".join(_told(tell.values, event, name, of) for event, name, of in told)}
),
{claim.cleared}
SELECT (SELECT count(*) FROM claimed), (SELECT count(*) FROM opened), (SELECT count(*) FROM repeated)"""
    with connection.cursor() as cursor:
        cursor.execute(statement, params | claim.params)
        return Batch(*cursor.fetchone())


def _told(values: str, event: type[Event], name: str, of: str) -> str:
    """A SELECT of the outbox rows that name these ids, a hundred each."""
    return f"""SELECT {values % (literal(event.name), literal(name))}
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {TICKETS_PER_EVENT} AS part FROM ({of}) AS ids) AS parts
    GROUP BY part"""


def _sqlite(
    sql: SimpleNamespace,
    source: Source,
    specs: Sequence[TicketSpec],
    now: datetime,
    limit: int,
    which: tuple[Sequence[int], Sequence[int]],
) -> Batch:
    ticket, rows = sql.ticket, claims.rows(source, now, limit, which)
    if not rows:
        return Batch()
    claimed = json.dumps([(row.order, row.campus, row.status, new_no()) for row in rows])
    params = {"now": time(now), "claimed": claimed}
    with connection.cursor() as cursor:
        head = f"""
WITH {_specs(specs, params)},
due (id, campus, status, no) AS (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
        json_extract(value, '$[3]') FROM json_each(%(claimed)s)
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
            f"""SELECT {ticket.id}, {ticket.order} FROM {ticket.table}
            WHERE {ticket.no} IN (SELECT json_extract(value, '$[3]') FROM json_each(%(claimed)s)) ORDER BY {ticket.id}""",
            {"claimed": claimed},
        )
        opened = dict(cursor.fetchall())
        _sqlite_write(sql, cursor, list(opened), repeated, now)
    moved = claims.clear(source, rows, list(opened.values()), now)
    _sqlite_tell(
        now,
        (TicketsOpened, "tickets", list(opened)),
        (AlarmsRepeated, "tickets", repeated),
        (WatchesMoved, "watches", moved),
    )
    return Batch(len(rows), len(opened), len(repeated))


def _sqlite_write(
    sql: SimpleNamespace, cursor, opened: list[int], repeated: list[int], now: datetime
) -> None:
    """Logs and history of the batch."""
    ticket = sql.ticket
    opened_rows = f"""(SELECT ticket.{ticket.id} AS id, ticket.{ticket.no} AS no, ticket.{ticket.order} AS order_id,
        ticket.{ticket.type} AS type_id
        FROM json_each(%(opened)s) JOIN {ticket.table} AS ticket ON ticket.{ticket.id} = value)"""
    repeated_rows = "(SELECT value AS id FROM json_each(%(repeated)s))"
    params = {"now": time(now), "opened": json.dumps(opened), "repeated": json.dumps(repeated)}
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


def _sqlite_tell(now: datetime, *told: tuple[type[Event], str, list[int]]) -> None:
    """The outbox rows of the batch, a hundred ids each."""
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            name=event.name,
            payload=event(**{name: tuple(pks[start : start + TICKETS_PER_EVENT])}).payload(),
            created_at=now,
            due_at=now,
        )
        for event, name, pks in told
        for start in range(0, len(pks), TICKETS_PER_EVENT)
    )
