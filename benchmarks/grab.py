"""Two hundred couriers tap each of five hundred jobs: how many win, and how fast the losers know.

script/bench grab [--legs N] [--couriers N] [--processes N] [--threads N]

Every courier taps every job: 100,000 taps, the 200 for one job right after each other, through as many connections as
there are threads. First each tap is a bare conditional UPDATE (what the database can do at all), then the real service
with its locks, admission rule, history, events and broadcasts. Handlers of the events are not measured.
"""

import argparse
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from threading import local

from benchmarks._db import scratch_database


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--legs", type=int, default=500)
    options.add_argument("--couriers", type=int, default=200)
    options.add_argument("--processes", type=int, default=4)
    options.add_argument("--threads", type=int, default=12, help="of each process")
    args = options.parse_args()
    with scratch_database("grab"):
        run(args)


def run(args) -> None:
    from orders.models import History

    campus, couriers = fill_campus(args.couriers)
    bare_seconds, bare = stampede(args, bare_update, fill_legs(campus, args.legs), couriers)
    seconds, wins = stampede(args, grab, fill_legs(campus, args.legs), couriers)
    written = Counter(
        History.objects.filter(machine="leg", action="assign").values_list("order_id", flat=True)
    )
    assert set(written.values()) == {1}, "the history knows of another number of winners"
    assert len(written) == args.legs
    taps = args.legs * args.couriers
    rows = [
        ("taps", taps, f"{args.couriers} couriers on each of {args.legs} legs, {args.processes * args.threads} connections"),
        ("winners_per_leg_min", min(wins.values()), ""),
        ("winners_per_leg_max", max(wins.values()), ""),
        ("bare_winners_per_leg_max", max(bare.values()), ""),
        ("seconds", f"{seconds:.1f}", f"{bare_seconds:.1f} for the bare updates"),
        ("grabs_per_second", f"{taps / seconds:.0f}", "taps answered, won or lost"),
        ("bare_updates_per_second", f"{taps / bare_seconds:.0f}", "UPDATE … WHERE status = 'open'"),
        ("jobs_taken_per_second", f"{args.legs / seconds:.1f}", "with lock, history, events and broadcasts"),
        ("ratio", f"{seconds / bare_seconds:.2f}", "a grab costs this times a bare update"),
    ]  # fmt: skip
    for name, value, note in rows:
        print(f"{name:26}{value!s:>10}  {note}")
    print()
    for name, value, _note in rows:
        print(f"{name}={value}")


# -- The crowd -----------------------------------------------------------------------------------------------


def stampede(args, tap, legs: list[int], couriers: list[int]) -> tuple[float, Counter]:
    """All taps through all processes: (seconds, {leg: winners})."""
    from django.db import connections

    taps = [(leg, courier) for leg in legs for courier in random.sample(couriers, len(couriers))]
    connections.close_all()  # nothing is shared over a fork
    context = get_context("fork")
    start = context.Barrier(args.processes + 1)
    results = context.SimpleQueue()
    workers = [
        context.Process(target=work, args=(tap, taps[i :: args.processes], args.threads, start, results))
        for i in range(args.processes)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    won = Counter(dict.fromkeys(legs, 0))
    for _ in workers:
        answer = results.get()
        if isinstance(answer, BaseException):
            raise answer
        won.update(answer)
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return seconds, won


def work(tap, taps, threads: int, start, results) -> None:
    from django.db import connection

    mine = local()

    def one(pair) -> int | None:
        if not hasattr(mine, "ready"):
            connection.ensure_connection()
            mine.ready = True
        return pair[0] if tap(*pair) else None

    try:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(warm, range(threads)))
            start.wait()
            results.put(Counter(leg for leg in pool.map(one, taps) if leg is not None))
    except BaseException as error:
        results.put(RuntimeError(repr(error)))


def warm(_number: int) -> None:
    """Connect before the clock starts."""
    from django.db import connection

    connection.ensure_connection()
    time.sleep(0.2)


def bare_update(leg: int, courier: int) -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_leg SET status = 'assigned', courier_id = %s WHERE id = %s AND status = 'open'",
            [courier, leg],
        )
        return cursor.rowcount == 1


def grab(leg: int, courier: int) -> bool:
    from core import outbox
    from core.errors import TooLate
    from couriers.models import Courier
    from delivery.models import Leg
    from dispatch import services

    with outbox.deferred_delivery():
        try:
            services.grab(leg=Leg(pk=leg), courier=Courier(pk=courier))
        except TooLate:
            return False
    return True


# -- Filling in ----------------------------------------------------------------------------------------------


def fill_campus(couriers: int):
    """A campus with places, and couriers on duty who can carry everything: (campus, courier ids)."""
    from accounts.models import User
    from campus.services import load_demo_campus
    from core.versioning import publish_version
    from couriers.models import Courier
    from orders.models import Kind, PriceRule

    campus = load_demo_campus()
    publish_version(PriceRule(campus=campus, kind=Kind.PARCEL))
    people = User.objects.bulk_create(
        User(username=f"courier-{i}", phone=f"139{i:08d}", campus=campus) for i in range(couriers)
    )
    made = Courier.objects.bulk_create(
        Courier(
            user=person,
            campus=campus,
            gender="male",
            status=Courier.Status.ACTIVE,
            on_duty=True,
            capacity=10_000,
        )
        for person in people
    )
    return campus, [courier.pk for courier in made]


def fill_legs(campus, count: int) -> list[int]:
    """Paid orders with open legs: the legs' ids."""
    from datetime import timedelta

    from accounts.models import User
    from core import clock
    from delivery.models import Leg, LegStatus
    from orders.models import Order, PriceRule, Status

    now = clock.now()
    customer, _new = User.objects.get_or_create(username="customer", campus=campus)
    rule = PriceRule.objects.get(campus=campus)
    pickup = campus.places.filter(kind="parcel_station").first()
    dropoff = campus.places.filter(kind="dorm", zone__admits="any").first()
    orders = Order.objects.bulk_create(
        Order(
            campus=campus, customer=customer, kind="parcel", status=Status.PLACED, pickup=pickup, dropoff=dropoff,
            summary="1 parcel", price_rule=rule, fee_fen=500, courier_fen=400, total_fen=500, placed_at=now,
            promised_at=(due := now + timedelta(minutes=40)), first_promised_at=due, late_from=due,
        )
        for _ in range(count)
    )  # fmt: skip
    legs = Leg.objects.bulk_create(
        Leg(
            order=order, campus=campus, status=LegStatus.OPEN, pickup=pickup, dropoff=dropoff, pay_fen=400,
            opened_at=now, due_at=order.promised_at,
        )
        for order in orders
    )  # fmt: skip
    return [leg.pk for leg in legs]


if __name__ == "__main__":
    main()
