"""The scanner on a million live orders of which 100,000 are newly due, beside one raw INSERT … SELECT.

script/bench scan [--orders N] [--due N] [--each N] [--batch N]

Half of the due orders have passed their promise, half have stalled in their stage. The raw statement writes the same
tickets and nothing else; the scanner also claims the rows, writes logs, history and outbox, and moves the alarms. Then a
storm with due rows for every detector, `--each` of one (`_scan_storm`).
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import timedelta

from benchmarks import _scan_storm
from benchmarks._db import scratch_database

CUSTOMERS, COURIERS = 20_000, 1_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--due", type=int, default=100_000)
    options.add_argument("--each", type=int, default=10_000)
    options.add_argument("--batch", type=int, default=5000)
    options.add_argument("--second", action="store_true", help="(the second scanner)")
    args = options.parse_args()
    if args.second:
        return second_scanner(args.batch)
    with scratch_database("scan"):
        run(args)


def run(args) -> None:
    from core import outbox
    from exceptions.detection.registry import QUERIES
    from exceptions.detection.scanner import scan
    from exceptions.library.loading import load_library

    load_library()
    began = time.perf_counter()
    fill(args.orders)
    print(f"{args.orders:,} live orders filled in in {time.perf_counter() - began:.0f} s")
    idle_before = idle_ms(scan)
    make_due(args.due)
    raws = [raw_insert()]
    with (
        outbox.deferred_delivery()
    ):  # the scanner alone: what handlers do with the events is not measured here
        rss = rss_mb()
        began = time.perf_counter()
        result = scan(batch=args.batch)
        seconds = time.perf_counter() - began
        growth = rss_mb() - rss
        counts = check(args.due)
        idle_after = idle_ms(scan)
        make_due(args.due, turn=1)
        raws.append(raw_insert())  # before and after: other work on the machine is then less of a chance
        duplicates = two_at_once(args)
        storm = _scan_storm.measure(args, execute, fetch)
    raw_seconds = sum(raws) / len(raws)
    rows = [
        ("tickets", result.tickets, ""),
        ("scan_seconds", f"{seconds:.2f}", "claim, tickets, logs, history, outbox, alarms"),
        (
            "raw_sql_seconds",
            f"{raw_seconds:.2f}",
            f"one INSERT … SELECT of the same tickets, mean of {raws[0]:.2f} and {raws[1]:.2f}",
        ),
        ("scan_ratio", f"{seconds / raw_seconds:.2f}", "goal ≤ 3"),
        ("scan_idle_ms", f"{idle_before:.2f}", "goal ≤ 5; nothing due among all of them"),
        (
            "scan_idle_after_ms",
            f"{idle_after:.2f}",
            "right behind the storm, before PostgreSQL has tidied up",
        ),
        ("rss_growth_mb", f"{growth:.1f}", "of the scanning process"),
        ("history_rows", counts["history"], ""),
        ("ticket_log_rows", counts["log"], ""),
        ("outbox_rows", counts["outbox"], "each tells of up to a hundred tickets"),
        ("duplicates", duplicates, "two scanners at once on another storm of the same size"),
    ]
    rows += _scan_storm.rows(storm, len(QUERIES))
    for name, value, note in rows:
        print(f"{name:22}{value!s:>10}  {note}")
    print()
    for name, value, _note in rows:
        print(f"{name}={value}")


# -- Filling in ----------------------------------------------------------------------------------------------


def execute(statement: str, *params) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return cursor.rowcount


def fetch(statement: str):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


def multiply(model, like, count: int, **fields: str) -> None:
    """Insert `count` copies of the row `like`; `fields` are SQL expressions over n (1 … count) by column."""
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key]
    values = ", ".join(fields.get(column, f'"{column}"') for column in columns)
    table = model._meta.db_table
    execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values}"
        f" FROM {table}, generate_series(1, {count}) AS n WHERE id = {like.pk}"
    )


def fill(count: int) -> None:
    """Live orders in three stages, with a leg for each that a courier has."""
    from accounts.models import User
    from campus.models import Campus, Place
    from core import clock
    from core.versioning import publish_version
    from couriers.models import Courier
    from delivery.models import Leg
    from orders.models import Order, PriceRule

    now = clock.now()
    campus = Campus.objects.create(code="bench", name="bench", lat=31, lon=121)
    here = {"campus": campus, "kind": Place.Kind.DORM, "lat": 31, "lon": 121}
    station, door = (Place.objects.create(code=code, name=code, **here) for code in ("station", "door"))
    rule = publish_version(PriceRule(campus=campus, kind="parcel"))
    first = User.objects.create(username="bench", campus=campus)
    multiply(User, first, CUSTOMERS, username="'bench-' || n")
    courier = Courier.objects.create(user=first, campus=campus, gender="male", status="active")
    multiply(Courier, courier, COURIERS, user_id=f"{first.pk} + n")
    order = Order.objects.create(
        campus=campus, customer=first, kind="parcel", pickup=station, dropoff=door, summary="bench",
        price_rule=rule, fee_fen=600, courier_fen=480, total_fen=600, promised_at=now, placed_at=now,
        promise_due_at=now + timedelta(hours=2), stage_due_at=now + timedelta(hours=1), status="placed",
    )  # fmt: skip
    multiply(
        Order, order, count,
        no="'B' || n", customer_id=f"{first.pk} + 1 + n % {CUSTOMERS}",
        status="CASE n % 10 WHEN 0 THEN 'placed' WHEN 1 THEN 'placed' WHEN 2 THEN 'accepted' WHEN 3 THEN 'accepted'"
        " WHEN 4 THEN 'accepted' ELSE 'picked_up' END",
        promise_due_at="promise_due_at + n * interval '1 millisecond'",
        stage_due_at="stage_due_at + n * interval '1 millisecond'",
    )  # fmt: skip
    leg = Leg.objects.create(order=order, campus=campus, pickup=station, dropoff=door, pay_fen=480)
    columns = [f.column for f in Leg._meta.concrete_fields if not f.primary_key]
    fields = {
        "no": "'L' || o.id",
        "order_id": "o.id",
        "status": "CASE o.status WHEN 'accepted' THEN 'assigned' ELSE 'picked_up' END",
        "courier_id": f"{courier.pk} + 1 + o.id % {COURIERS}",
    }
    execute(
        f"INSERT INTO delivery_leg ({', '.join(columns)})"
        f" SELECT {', '.join(fields.get(c, 'l.' + c) for c in columns)} FROM delivery_leg l, orders_order o"
        f" WHERE l.id = {leg.pk} AND o.status IN ('accepted', 'picked_up')"
    )
    execute(f"DELETE FROM delivery_leg WHERE id = {leg.pk}")
    execute(f"DELETE FROM orders_order WHERE id = {order.pk}")
    execute("VACUUM ANALYZE")


def make_due(count: int, turn: int = 0) -> None:
    """Half of `count` orders, all over the table, become due by each alarm. Earlier tickets are put away."""
    execute("TRUNCATE exceptions_ticket, orders_history, core_outboxevent CASCADE")
    for column, rest in (("promise_due_at", 2 * turn), ("stage_due_at", 2 * turn + 1)):
        execute(
            f"UPDATE orders_order SET {column} = now() - interval '1 second' * (1 + id % 10)"
            f" WHERE id IN (SELECT id FROM orders_order WHERE id % 10 = {rest} AND {column} IS NOT NULL"
            f" ORDER BY id LIMIT {count // 2})"
        )
    execute("VACUUM ANALYZE orders_order")


# -- Measuring -----------------------------------------------------------------------------------------------


def raw_insert() -> float:
    """Seconds for the same tickets by one statement that does nothing else; they are put away again."""
    from exceptions.models import ExceptionType

    times = ExceptionType.objects.in_bulk()
    cases = {
        "promise_due_at": "'overdue'",
        "stage_due_at": "CASE o.status WHEN 'placed' THEN 'stalled_unassigned' WHEN 'accepted' THEN 'stalled_pickup'"
        " ELSE 'stalled_delivery' END",
    }
    assert set(times) >= {"overdue", "stalled_pickup"}
    selects = [
        f"""SELECT substr(md5(random()::text), 1, 10), o.campus_id, o.id, l.id, l.courier_id, {code}, 3, 'open', 1,
        'scanner', '', '', now(), now() + interval '3 minutes', now() + interval '20 minutes', '', '', 0, ''
        FROM orders_order o
        LEFT JOIN delivery_leg l ON l.order_id = o.id AND l.status IN ('assigned', 'at_pickup', 'picked_up', 'at_dropoff')
        WHERE o.{column} <= now()"""
        for column, code in cases.items()
    ]
    began = time.perf_counter()
    execute(
        "INSERT INTO exceptions_ticket (no, campus_id, order_id, leg_id, courier_id, type_id, severity, status,"
        " version, source, description, requested_remedy, opened_at, respond_by, resolve_by, asked_party, resolution, missed, news) "
        + " UNION ALL ".join(selects)
    )
    seconds = time.perf_counter() - began
    execute("TRUNCATE exceptions_ticket CASCADE")
    return seconds


def idle_ms(scan) -> float:
    """The median of scans that find nothing."""
    times = []
    for _ in range(50):
        began = time.perf_counter()
        assert scan().tickets == 0
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[len(times) // 2]


def rss_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def check(due: int) -> dict[str, int]:
    """Everything was written once: as many logs and history rows as tickets, and the events name each ticket."""
    tickets, log, history, outbox, named = fetch("""
        SELECT (SELECT count(*) FROM exceptions_ticket), (SELECT count(*) FROM exceptions_ticketevent),
        (SELECT count(*) FROM orders_history), (SELECT count(*) FROM core_outboxevent),
        (SELECT count(DISTINCT t) FROM core_outboxevent, jsonb_array_elements(payload->'tickets') AS t)""")
    assert tickets == log == history == named == due // 2 * 2, (tickets, log, history, named, due)
    return {"log": log, "history": history, "outbox": outbox}


def two_at_once(args) -> int:
    """Two scanner processes on the same storm: the number of tickets too many (or missing, as a failure)."""
    command = [sys.executable, "-m", "benchmarks.scan", "--second", f"--batch={args.batch}"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    opened = [int(one.communicate()[0].split()[-1]) for one in both]
    assert all(one.returncode == 0 for one in both)
    print(f"two scanners at once opened {opened[0]:,} and {opened[1]:,} tickets")
    check(args.due)
    (twice,) = fetch("""SELECT count(*) FROM (SELECT 1 FROM exceptions_ticket GROUP BY order_id, type_id
        HAVING count(*) > 1) AS twice""")
    return twice + sum(opened) - args.due // 2 * 2


def second_scanner(batch: int) -> None:
    import django

    django.setup()
    from core import outbox
    from exceptions.detection.scanner import scan

    with outbox.deferred_delivery():
        print(scan(batch=batch).tickets)


if __name__ == "__main__":
    main()
