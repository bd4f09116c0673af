"""A round as it runs in production: open legs out of PostgreSQL, planned, and written back as offers.

script/bench rounds [--rounds N] [--legs N] [--couriers N] [--seconds S]

Every round finds as many open legs and couriers, and another world: twenty seconds have passed, offers were accepted,
refused or ignored, what was carried is on its way or there, some jobs were cancelled, new ones have come, and everybody
has moved. A fifth of the jobs go to women's dorms through a relay, another fifth only to a woman. The round and its
database connection share one core. Needs PostgreSQL and Redis.
"""

import argparse
import os
import time
from contextlib import suppress
from datetime import timedelta

import numpy as np

from benchmarks._db import scratch_database

EVERY = 20  # seconds between rounds
# Of the offers that wait in a round: accepted, refused; the others are answered later or never.
ACCEPTED, REFUSED = 0.6, 0.1
# Of the carried legs, in each round: picked up, given.
PICKED_UP, GIVEN = 0.15, 0.1
CANCELLED = 3


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=120)
    options.add_argument("--legs", type=int, default=600)
    options.add_argument("--couriers", type=int, default=300)
    options.add_argument("--seconds", type=float, default=0.5, help="of searching, as a campus sets it")
    args = options.parse_args()
    with scratch_database("rounds"):
        run(args)


def run(args) -> None:
    from core import clock, outbox
    from delivery.models import Leg, LegStatus
    from dispatch import services
    from dispatch.engine.jit_warmup import warm_up
    from dispatch.models import DispatchRule, Offer, Planning

    world = World(args.couriers)
    DispatchRule.objects.create(campus=world.campus, hall=True, offers=True)
    Planning.objects.create(campus=world.campus, seconds=args.seconds)
    warm_up()
    share_one_core()
    took, cpu, made, missed, left = [], [], [], 0, []
    with clock.simulated(clock.now()) as simulated, outbox.deferred_delivery():
        for _ in range(args.rounds):
            world.fill_up(args.legs)
            assert Leg.objects.filter(status=LegStatus.OPEN).count() >= args.legs
            began, used = time.perf_counter(), time.process_time()
            done = services.plan_round(campus=world.campus)
            took.append(1e3 * (time.perf_counter() - began))
            cpu.append(1e3 * (time.process_time() - used))
            made.append(done.offers)
            missed += done.due - done.offers
            left.append(done.left)
            simulated.advance(seconds=EVERY)
            world.live_on()
        check(Leg, Offer)
    rows = [
        (
            "round_p50_ms",
            f"{np.percentile(took, 50):.0f}",
            f"{args.legs} open legs, {args.couriers} couriers",
        ),
        (
            "round_p99_ms",
            f"{np.percentile(took, 99):.0f}",
            "goal ≤ 1500; of which the search has its own time",
        ),
        ("round_max_ms", f"{max(took):.0f}", ""),
        ("cpu_p50_ms", f"{np.percentile(cpu, 50):.0f}", "of the worker; the rest is the database"),
        ("rounds", len(took), ""),
        ("offers", sum(made), "made in all rounds"),
        ("offers_first", made[0], "in the first round, when everybody was idle"),
        ("offers_p50", f"{np.percentile(made, 50):.0f}", "in a round"),
        ("offers_missed", missed, "due, but the time was up or the world had moved on"),
        ("left_p50", f"{np.percentile(left, 50):.0f}", "open jobs that nobody could be found for"),
    ]
    for name, value, note in rows:
        print(f"{name:16}{value!s:>8}  {note}")
    print()
    for name, value, _note in rows:
        print(f"{name}={value}")


def check(Leg, Offer) -> None:
    """Whoever was asked may carry it; what is offered is in one open offer, and nothing else is."""
    wrong = Leg.objects.filter(courier__gender="male", gender="female").count()
    wrong += Offer.objects.filter(courier__gender="male", legs__gender="female").count()
    assert not wrong, f"{wrong} times a man was sent into a women's dorm"
    offered = sorted(Leg.objects.filter(status="offered").values_list("pk", flat=True))
    asked = sorted(Offer.legs.through.objects.filter(offer__status="open").values_list("leg_id", flat=True))
    assert offered == asked, "an offer was left half done"


def share_one_core() -> None:
    """This process and, where that is allowed, the database's process that serves it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    core = {min(os.sched_getaffinity(0))}
    for process in (0, backend):
        with suppress(OSError):
            os.sched_setaffinity(process, core)


class World:
    """The campus outside of the rounds. Written straight into the tables: what people do is not measured here."""

    def __init__(self, couriers: int) -> None:
        from accounts.models import User
        from campus.models import Place
        from campus.services import load_demo_campus
        from core import clock
        from core.versioning import publish_version
        from couriers.models import Courier
        from delivery.models import RelayStation
        from orders.models import Kind, PriceRule

        self.rng = np.random.default_rng(3)
        self.campus = load_demo_campus()
        self.rule = publish_version(PriceRule(campus=self.campus, kind=Kind.PARCEL))
        self.customers = User.objects.bulk_create(
            User(username=f"customer-{i}", phone=f"138{i:08d}", campus=self.campus) for i in range(200)
        )
        people = User.objects.bulk_create(
            User(username=f"courier-{i}", phone=f"139{i:08d}", campus=self.campus) for i in range(couriers)
        )
        self.places = list(Place.objects.filter(campus=self.campus, is_active=True).select_related("zone"))
        station = Place.objects.filter(campus=self.campus, kind=Place.Kind.RELAY_STATION).first()
        self.station = RelayStation.objects.create(place=station, slots=500, hours="00:00-24:00")
        self.couriers = Courier.objects.bulk_create(
            Courier(
                user=person, campus=self.campus, gender="female" if self.rng.random() < 0.4 else "male",
                vehicle=str(self.rng.choice(["foot", "bicycle", "ebike"], p=[0.35, 0.4, 0.25])),
                capacity=int(self.rng.integers(2, 5)), status=Courier.Status.ACTIVE, on_duty=True,
                duty_since=clock.now(),
            )
            for person in people
        )  # fmt: skip
        self._move()

    def fill_up(self, count: int) -> None:
        """New jobs, until so many are open."""
        from core import clock
        from delivery.models import Leg, LegStatus
        from orders.models import Order, Status

        missing = count - Leg.objects.filter(status=LegStatus.OPEN).count()
        now = clock.now()
        pickups = [place for place in self.places if place.kind not in ("dorm", "relay_station")]
        dorms = [place for place in self.places if place.kind == "dorm"]
        women = [place for place in dorms if place.zone and place.zone.admits == "female"]
        open_to_all = [place for place in dorms if place not in women]
        orders, ways = [], []
        for _ in range(missing):
            way = self.rng.choice(["open", "woman", "relay"], p=[0.6, 0.2, 0.2])
            dropoff = self.rng.choice(open_to_all if way == "open" else women)
            placed = now - timedelta(seconds=float(self.rng.uniform(0, 240)))
            ways.append(way)
            orders.append(
                Order(
                    campus=self.campus, customer=self.rng.choice(self.customers), kind="parcel",
                    status=Status.PLACED, pickup=self.rng.choice(pickups), dropoff=dropoff, summary="1 parcel",
                    price_rule=self.rule, fee_fen=500, courier_fen=400, total_fen=500, placed_at=placed,
                    promised_at=placed + timedelta(minutes=40),
                )
            )  # fmt: skip
        for order in orders:
            order.begin_promise()
        Order.objects.bulk_create(orders)
        Leg.objects.bulk_create(
            leg
            for order, way in zip(orders, ways, strict=True)
            for leg in self._legs(order, way, float(self.rng.uniform(-300, 1200)))
        )

    def _legs(self, order, way: str, ready_in: float):
        from delivery.models import Leg, LegStatus

        def leg(sequence: int, start, end, **more):
            return Leg(
                order=order, campus=self.campus, sequence=sequence, pickup=start, dropoff=end, pay_fen=400,
                opened_at=order.placed_at, due_at=order.promised_at,
                ready_at=order.placed_at + timedelta(seconds=ready_in), **more,
            )  # fmt: skip

        if way == "relay":
            shelf = self.station.place
            yield leg(1, order.pickup, shelf, status=LegStatus.OPEN, relay=self.station)
            yield leg(2, shelf, order.dropoff, status=LegStatus.WAITING, relay=self.station, gender="female")
        else:
            gender = "female" if way == "woman" else "any"
            yield leg(1, order.pickup, order.dropoff, status=LegStatus.OPEN, gender=gender)

    def live_on(self) -> None:
        """What happens until the next round."""
        from django.db import connection

        from core import clock

        with connection.cursor() as cursor:
            for statement, values in self._statements(clock.now()):
                cursor.execute(statement, values)
        self._move()

    def _statements(self, now):
        chance = "(abs(hashtext(%s || {0}.id::text)) %% 1000) / 1000.0"
        salt = str(self.rng.integers(1_000_000))
        legs_of = "SELECT leg_id FROM dispatch_offer_legs ol JOIN dispatch_offer o ON o.id = ol.offer_id WHERE o.status = %s"
        yield (
            f"UPDATE dispatch_offer o SET status = CASE WHEN {chance.format('o')} < %s THEN 'accepted'"
            f" WHEN {chance.format('o')} < %s THEN 'refused' WHEN expires_at <= %s THEN 'expired' ELSE 'open' END"
            " WHERE status = 'open'",
            [salt, ACCEPTED, salt, ACCEPTED + REFUSED, now],
        )
        yield (
            "UPDATE delivery_leg l SET status = 'assigned', courier_id = o.courier_id, assigned_at = %s"
            " FROM dispatch_offer_legs ol JOIN dispatch_offer o ON o.id = ol.offer_id"
            " WHERE ol.leg_id = l.id AND l.status = 'offered' AND o.status = 'accepted'",
            [now],
        )
        yield (
            "INSERT INTO delivery_leg_refused_by (leg_id, courier_id) SELECT ol.leg_id, o.courier_id"
            " FROM dispatch_offer_legs ol JOIN dispatch_offer o ON o.id = ol.offer_id"
            " JOIN delivery_leg l ON l.id = ol.leg_id WHERE l.status = 'offered' AND o.status = 'refused'"
            " ON CONFLICT DO NOTHING",
            [],
        )
        yield (
            "UPDATE delivery_leg SET status = 'open' WHERE status = 'offered' AND id NOT IN ("
            + legs_of
            + ")",
            ["open"],
        )
        carried = (
            "UPDATE delivery_leg l SET status = %s{} WHERE status = %s AND " + chance.format("l") + " < %s"
        )
        yield carried.format(", ended_at = now()"), ["done", "picked_up", salt, GIVEN]
        yield carried.format(""), ["picked_up", "assigned", salt, PICKED_UP]
        yield (  # goods that have come to the shelf
            "UPDATE orders_order SET status = 'at_relay' WHERE status = 'placed' AND id IN"
            " (SELECT order_id FROM delivery_leg WHERE status = 'done' AND sequence = 1 AND relay_id IS NOT NULL)",
            [],
        )
        yield (
            "UPDATE delivery_leg SET status = 'open' WHERE status = 'waiting' AND order_id IN"
            " (SELECT id FROM orders_order WHERE status = 'at_relay')",
            [],
        )
        yield (
            "UPDATE delivery_leg SET status = 'cancelled' WHERE id IN"
            " (SELECT id FROM delivery_leg WHERE status = 'open' AND sequence = 1 AND relay_id IS NULL LIMIT %s)",
            [CANCELLED],
        )

    def _move(self) -> None:
        """Everybody is somewhere near a place."""
        from core import clock
        from couriers.models import Courier

        for courier in self.couriers:
            place = self.rng.choice(self.places)
            courier.lat, courier.lon = (value + self.rng.normal(0, 3e-4) for value in (place.lat, place.lon))
            courier.located_at = clock.now()
        Courier.objects.bulk_update(self.couriers, ["lat", "lon", "located_at"])


if __name__ == "__main__":
    main()
