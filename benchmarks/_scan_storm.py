"""A storm in which rows are due for every detector of the scanner at once, beside one raw INSERT … SELECT."""

import time
from argparse import Namespace
from collections.abc import Callable
from random import Random

# Points of a trail and of a way: seven minutes at a quarter of a minute, two kilometres at sixty metres.
TRAIL, WAY = 30, 34


def measure(args: Namespace, execute: Callable, fetch: Callable) -> dict:
    """Seconds of the scanner and of the raw statement, tickets, and how many are there twice."""
    from core import outbox
    from exceptions.detection.scanner import scan

    make_due(args.each, execute)
    raws = [raw_insert(execute)]
    with outbox.deferred_delivery():
        began = time.perf_counter()
        result = scan(batch=args.batch)
        seconds = time.perf_counter() - began
    tickets, types, doubles = fetch("""
        SELECT count(*), count(DISTINCT type_id),
            count(*) - count(DISTINCT (order_id, type_id)) FROM exceptions_ticket""")
    expected = fetch("SELECT count(DISTINCT detector) FROM exceptions_watch")[0]
    make_due(args.each, execute)
    raws.append(raw_insert(execute))
    return {
        "tickets": result.tickets, "seconds": seconds, "raw": sum(raws) / len(raws), "types": types,
        "duplicates": doubles + result.tickets - tickets, "failures": result.failures, "left": expected,
    }  # fmt: skip


def detectors() -> dict[str, dict]:
    """{name of a watching detector: what has to be so for its tickets}. Each has orders of its own."""
    return {
        "courier_silent": {"status": "picked_up", "located": False, "step": 2, "type": "courier_offline"},
        "courier_stationary": {
            "status": "picked_up",
            "located": True,
            "step": 0,
            "type": "courier_stationary",
        },
        "courier_off_route": {"status": "picked_up", "located": True, "step": 2, "type": "courier_off_route"},
        "late_risk": {"status": "accepted", "located": False, "step": 1, "type": "late_risk"},
        "scheduled_unstaffed": {
            "status": "placed",
            "located": None,
            "step": 0,
            "type": "scheduled_unstaffed",
        },
        "relay_closing": {"status": "at_relay", "located": None, "step": 0, "type": "relay_closing"},
    }


def make_due(each: int, execute: Callable) -> None:
    """`each` orders that are due for each detector, all over the table. Earlier tickets are put away."""
    from exceptions.detection.registry import QUERIES
    from exceptions.detection.sources import WatchQuery

    wanted = detectors()
    assert wanted.keys() == {name for name, query in QUERIES.items() if isinstance(query, WatchQuery)}
    execute(
        "TRUNCATE exceptions_watch, exceptions_ticket, orders_history, core_outboxevent, couriers_trailpoint CASCADE"
    )
    execute("UPDATE orders_order SET status = 'placed' WHERE status = 'at_relay'")
    execute(
        f"UPDATE orders_order SET status = 'at_relay' WHERE id IN"
        f" (SELECT id FROM orders_order WHERE status = 'placed' ORDER BY id DESC LIMIT {each})"
    )
    # Every other courier has a phone that stands still and says so.
    execute("UPDATE couriers_courier SET lat = NULL, lon = NULL, located_at = NULL")
    execute("UPDATE couriers_courier SET lat = 31, lon = 121, located_at = now() WHERE id % 2 = 0")
    execute(
        "INSERT INTO couriers_trailpoint (courier_id, at, lat, lon) SELECT id, now() - n * interval '15 seconds', 31, 121"
        f" FROM couriers_courier, generate_series(1, {TRAIL}) AS n WHERE id % 2 = 0"
    )
    rng = Random(7)
    points = ", ".join(f"[{31.02 + n * 5e-4:.5f}, {121.02 + rng.random() * 1e-4:.5f}]" for n in range(WAY))
    way = f"""'{{"way": [{points}]}}'"""
    for n, (name, so) in enumerate(wanted.items()):
        data = way if name == "courier_off_route" else "'{}'"
        carried = so["located"] is not None
        join = "JOIN delivery_leg l ON l.order_id = o.id" if carried else ""
        located = f"AND l.courier_id % 2 = {0 if so['located'] else 1}" if carried else ""
        execute(
            "INSERT INTO exceptions_watch (detector, campus_id, order_id, leg_id, due_at, step, step_at, began_at, data)"
            f" SELECT '{name}', o.campus_id, o.id, {'l.id' if carried else 'NULL'}, now() - interval '1 second', {so['step']},"
            f" now() - interval '1 hour', now() - interval '2 hours', {data}"
            f" FROM orders_order o {join} WHERE o.status = '{so['status']}' {located}"
            f" ORDER BY o.id OFFSET {each * n if so['status'] == 'picked_up' else 0} LIMIT {each}"
        )
    execute(
        "UPDATE delivery_leg SET next_stop_at = now() - interval '10 minutes' FROM exceptions_watch w"
        " WHERE w.leg_id = delivery_leg.id AND w.detector = 'courier_stationary'"
    )
    execute(
        "UPDATE orders_order SET promised_at = now() + interval '1 hour' FROM exceptions_watch w"
        " WHERE w.order_id = orders_order.id AND w.detector = 'late_risk'"
    )
    execute(
        "UPDATE delivery_leg SET eta_at = o.promised_at + interval '1 hour' FROM exceptions_watch w"
        " JOIN orders_order o ON o.id = w.order_id WHERE w.leg_id = delivery_leg.id AND w.detector = 'late_risk'"
    )
    execute(
        "UPDATE orders_order SET window_start = now() + interval '5 minutes' FROM exceptions_watch w"
        " WHERE w.order_id = orders_order.id AND w.detector = 'scheduled_unstaffed'"
    )
    for column, rest in (("promise_due_at", 4), ("stage_due_at", 5)):
        execute(
            f"UPDATE orders_order SET {column} = now() - interval '1 second' WHERE id IN (SELECT id FROM orders_order"
            f" WHERE id % 10 = {rest} AND status IN ('placed', 'accepted', 'picked_up') ORDER BY id LIMIT {each})"
        )
    execute("VACUUM ANALYZE")


def raw_insert(execute: Callable) -> float:
    """Seconds for as many tickets by one statement that does nothing else; they are put away again."""
    types = " ".join(f"WHEN '{name}' THEN '{so['type']}'" for name, so in detectors().items())
    values = "3, 'open', 1, 'scanner', '', '', now(), now() + interval '3 minutes', now() + interval '20 minutes', '', '', 0, ''"
    legs = "LEFT JOIN delivery_leg l ON l.order_id = o.id AND l.status IN ('assigned', 'at_pickup', 'picked_up', 'at_dropoff')"
    head = "SELECT substr(md5(random()::text), 1, 10), o.campus_id, o.id, l.id, l.courier_id"
    began = time.perf_counter()
    execute(
        "INSERT INTO exceptions_ticket (no, campus_id, order_id, leg_id, courier_id, type_id, severity, status,"
        " version, source, description, requested_remedy, opened_at, respond_by, resolve_by, asked_party, resolution, missed, news)"
        f" {head}, CASE w.detector {types} END, {values} FROM exceptions_watch w JOIN orders_order o ON o.id = w.order_id {legs}"
        f" WHERE w.due_at <= now() UNION ALL"
        f" {head}, 'overdue', {values} FROM orders_order o {legs} WHERE o.promise_due_at <= now() UNION ALL"
        f" {head}, CASE o.status WHEN 'placed' THEN 'stalled_unassigned' WHEN 'accepted' THEN 'stalled_pickup'"
        f" ELSE 'stalled_delivery' END, {values} FROM orders_order o {legs} WHERE o.stage_due_at <= now()"
    )
    seconds = time.perf_counter() - began
    execute("TRUNCATE exceptions_ticket CASCADE")
    return seconds


def rows(figures: dict, detectors_asked: int) -> list[tuple[str, object, str]]:
    """As the bench prints them."""
    ratio = figures["seconds"] / figures["raw"]
    return [
        ("all_tickets", figures["tickets"], f"of {detectors_asked} detectors, {figures['types']} types"),
        ("all_detectors_seconds", f"{figures['seconds']:.2f}", ""),
        ("all_detectors_raw", f"{figures['raw']:.2f}", "one INSERT … SELECT of as many tickets"),
        ("all_detectors_ratio", f"{ratio:.2f}", "goal ≤ 3"),
        ("all_duplicates", figures["duplicates"], "goal 0"),
    ]
