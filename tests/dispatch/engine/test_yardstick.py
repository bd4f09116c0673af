"""The line protocol, on a small delivery day of our own: the rules are kept, nothing is known early, and it is better
than sending the nearest idle courier."""

import json
import math
import subprocess
import sys

import numpy as np

from dispatch.engine.yardstick import Dispatcher

SERVICE, SPEED, TARGET = 4, 320, 40


class World:
    """A day with a round each minute. Couriers pick up at one restaurant at a time and are not diverted under way.

    `unit`: in how many units of time a minute is told; rides are whole numbers of them.
    """

    def __init__(self, seed: int, orders: int = 70, couriers: int = 9, unit: int = 1) -> None:
        self.unit, self.service, self.speed = unit, SERVICE * unit, SPEED / unit
        rng = np.random.default_rng(seed)
        kitchens = rng.uniform(2000, 6000, (8, 2))
        self.restaurants = [{"id": f"r{i}", "x": x, "y": y} for i, (x, y) in enumerate(kitchens.tolist())]
        self.couriers = [
            {"id": f"c{i}", "x": x, "y": y, "on": int(i % 3) * 10 * unit, "off": 260 * unit}
            for i, (x, y) in enumerate(rng.uniform(1000, 7000, (couriers, 2)).tolist())
        ]
        placed = np.sort(rng.integers(5, 150, orders)).tolist()
        self.orders = [
            {
                "id": f"o{i}", "x": x, "y": y, "restaurant": f"r{rng.integers(8)}", "placed": t * unit,
                "ready": (t + int(rng.integers(5, 30))) * unit,
            }
            for i, (t, (x, y)) in enumerate(zip(placed, rng.uniform(0, 8000, (orders, 2)).tolist(), strict=True))
        ]  # fmt: skip
        self.kitchen = {r["id"]: r for r in self.restaurants}
        self.order = {o["id"]: o for o in self.orders}
        self.state = {c["id"]: {**c, "at": c["id"], "free_at": c["on"]} for c in self.couriers}
        self.given: dict[str, int] = {}
        self.now = 0

    def init(self) -> dict:
        params = {
            "meters_per_minute": self.speed, "pickup_service": self.service, "dropoff_service": self.service,
            "target": TARGET * self.unit, "max": 90 * self.unit, "pay_per_order": 10, "pay_per_hour": 15,
            "round_minutes": self.unit,
        }  # fmt: skip
        return {"type": "init", "params": params, "restaurants": self.restaurants, "couriers": self.couriers}

    def told(self) -> dict:
        new = [order for order in self.orders if self.now - self.unit < order["placed"] <= self.now]
        fields = ("id", "x", "y", "at", "free_at")
        couriers = [
            {name: c[name] for name in fields}
            for c in self.state.values()
            if c["on"] <= self.now + 60 * self.unit
        ]
        return {"type": "round", "t": self.now, "new_orders": new, "couriers": couriers}

    def ride(self, a: dict, b: dict) -> int:
        return math.ceil(math.hypot(a["x"] - b["x"], a["y"] - b["y"]) / self.speed)

    def carry_out(self, answer: dict) -> None:
        for move in answer["move"]:
            courier, kitchen = self.state[move["courier"]], self.kitchen[move["restaurant"]]
            assert courier["on"] <= self.now
            assert courier["free_at"] <= self.now
            courier["free_at"] = self.now + self.ride(courier, kitchen)
            courier.update(x=kitchen["x"], y=kitchen["y"])
        for trip in answer["assign"]:
            courier = self.state[trip["courier"]]
            orders = [self.order[name] for name in trip["orders"]]
            assert courier["on"] <= self.now <= courier["off"]
            assert courier["free_at"] <= self.now
            assert len({order["restaurant"] for order in orders}) == 1
            assert all(order["placed"] <= self.now and order["id"] not in self.given for order in orders)
            kitchen = self.kitchen[orders[0]["restaurant"]]
            arrives = self.now + self.ride(courier, kitchen) + self.service // 2
            t = max(arrives, *(order["ready"] for order in orders))
            assert t <= courier["off"]
            here, t = kitchen, t + self.service // 2
            for order in orders:
                t += self.ride(here, order) + self.service
                self.given[order["id"]] = t - self.service // 2
                here = order
            courier.update(x=here["x"], y=here["y"], free_at=t)

    def live(self, dispatch) -> float:
        """Mean minutes from order to door."""
        for minute in range(261):
            self.now = minute * self.unit
            self.carry_out(dispatch(self.told()))
        assert set(self.given) == set(self.order)
        return float(np.mean([self.given[o["id"]] - o["placed"] for o in self.orders])) / self.unit


def nearest_idle(world: World):
    """First come, first served, by whoever is nearest."""
    waiting: list[dict] = []

    def dispatch(told: dict) -> dict:
        waiting.extend(told["new_orders"])
        idle = [
            c for c in world.state.values() if c["on"] <= world.now <= c["off"] and c["free_at"] <= world.now
        ]
        sent = []
        while waiting and idle:
            order = waiting.pop(0)
            courier = min(idle, key=lambda c: world.ride(c, world.kitchen[order["restaurant"]]))
            idle.remove(courier)
            sent.append({"courier": courier["id"], "orders": [order["id"]]})
        return {"assign": sent, "move": []}

    return dispatch


def test_a_day_is_carried_out_and_better_than_by_the_nearest():
    naive = World(11)
    by_nearest = naive.live(nearest_idle(naive))
    world = World(11)
    planned = world.live(Dispatcher(world.init()).round)
    assert planned < 0.9 * by_nearest


def test_the_same_day_twice_is_the_same():
    days = []
    for _ in range(2):
        world = World(12, orders=30)
        world.live(Dispatcher(world.init()).round)
        days.append(world.given)
    assert days[0] == days[1]


def test_what_is_ordered_while_the_courier_rides_is_taken_along():
    world = World(14, orders=2, couriers=1)
    kitchen = world.restaurants[0]
    world.state["c0"].update(x=kitchen["x"] + 8 * SPEED, y=kitchen["y"])
    for order, placed in zip(world.orders, (5, 15), strict=True):
        place = {"x": kitchen["x"], "y": kitchen["y"] + 6 * SPEED}
        order.update(place, restaurant=kitchen["id"], placed=placed, ready=20)
    told = []
    dispatcher = Dispatcher(world.init())

    def dispatch(round_: dict) -> dict:
        told.append(dispatcher.round(round_))
        return told[-1]

    world.live(dispatch)
    (leaves,) = [t for t, answer in enumerate(told) if answer["move"]]
    (takes,) = [t for t, answer in enumerate(told) if answer["assign"]]
    assert leaves < 15 < takes
    assert sorted(told[takes]["assign"][0]["orders"]) == ["o0", "o1"]


def one_order_in_seconds(*, ready: int) -> int:
    """When it is picked up that was placed in the tenth minute, by a courier five and a half minutes from the kitchen."""
    world = World(15, orders=1, couriers=1, unit=60)
    kitchen, (order,) = world.restaurants[0], world.orders
    world.state["c0"].update(x=kitchen["x"] + 330 * world.speed, y=kitchen["y"], on=0)
    order.update(x=kitchen["x"], y=kitchen["y"], restaurant=kitchen["id"], placed=600, ready=ready)
    world.live(Dispatcher(world.init()).round)
    return world.given["o0"] - world.service


def test_who_could_be_there_in_time_does_not_wait_for_a_round_that_is_too_late():
    assert one_order_in_seconds(ready=1500) == 1500


def test_who_would_stand_there_until_the_next_round_is_told_before_they_leave():
    assert one_order_in_seconds(ready=600) == 600 + 330 + 120


def test_a_day_in_seconds_is_as_good_as_one_in_minutes():
    means = []
    for unit in (1, 60):
        world = World(11, unit=unit)
        means.append(world.live(Dispatcher(world.init()).round))
    assert means[1] < 1.02 * means[0]


def test_it_speaks_lines_without_django():
    world = World(13, orders=12, couriers=4)
    script = (
        "import sys; from dispatch.engine.yardstick import main; main(); assert 'django' not in sys.modules"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as engine:
        engine.stdin.write(json.dumps(world.init()) + "\n")

        def ask(told: dict) -> dict:
            engine.stdin.write(json.dumps(told) + "\n")
            return json.loads(engine.stdout.readline())

        world.live(ask)
        engine.stdin.close()
        assert engine.wait(60) == 0
