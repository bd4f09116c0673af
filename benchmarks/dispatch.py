"""Generated campus days under four rules, and how long a round of the engine takes.

script/bench dispatch [--days N] [--legs N] [--couriers N] [--rounds N]

Hall only: idle couriers look at the list and take what is nearest. Offers only: the engine plans all open legs each
minute and offers what begins within ten. Both: the engine plans what the hall leaves. Rest: both, and the hall shows
only what the plan does not bring on time. Bundles: the published rule, bundles first and then a linear assignment (see
`_bundles`), each minute. Each day is lived through with kitchens that are ready on time and with kitchens that are not.
Needs neither PostgreSQL nor Redis.
"""

import argparse
from time import process_time

import numpy as np

from benchmarks._bundles import Bundles
from benchmarks._campus_day import PROMISED, Day, Leg, generate, live
from dispatch.engine import NOBODY, Weights, plan, problem

WEIGHTS = Weights(late=2.0, broken=300.0, travel=0.1, share=0.5, change=60.0)
REFUSES, GRABS, GRABS_BESIDE_OFFERS = 0.05, 0.5, 0.1
OFFERED_AHEAD = 600.0
STEPS = 300


class Rule:
    """Something that is asked every half minute. The chance of people is seeded, the same for every rule."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.looks = 0

    def open_legs(self, day: Day) -> list[Leg]:
        return [leg for leg in day.legs if leg.opened <= day.now and leg.given is None]


class Hall(Rule):
    def __init__(self, seed: int, grabs: float = GRABS) -> None:
        super().__init__(seed)
        self.grabs = grabs

    def __call__(self, day: Day, rest: set[int] | None = None) -> None:
        legs = [leg for leg in self.open_legs(day) if leg.courier is None and leg.is_there]
        if rest is not None:
            legs = [leg for leg in legs if id(leg) in rest]
        for c in self.rng.permutation(len(day.couriers)):
            courier = day.couriers[c]
            idle = courier.on_duty(day.now) and not courier.route and courier.heading is None
            if not idle or self.rng.random() > self.grabs:
                continue
            can = [leg for leg in legs if courier.may(leg)]
            if not can:
                continue
            ride = day.travel[courier.vehicle]
            first = min(can, key=lambda leg: (ride[courier.place, leg.pickup], leg.opened))
            # What goes the same way from the same place is taken along.
            along = [
                leg for leg in can if leg.pickup == first.pickup and ride[leg.dropoff, first.dropoff] < 120
            ]
            along = sorted(along, key=lambda leg: ride[leg.dropoff, first.dropoff])[: courier.capacity]
            _carry(courier, along, ride)
            legs = [leg for leg in legs if leg not in along]


class Offers(Rule):
    """The engine, with people who sometimes say no."""

    def __init__(self, seed: int, hall: bool = False, only_rest: bool = False) -> None:
        super().__init__(seed)
        self.hall = Hall(seed, GRABS_BESIDE_OFFERS) if hall else None
        self.rest: set[int] | None = set() if only_rest else None
        self.earlier: dict = {}

    def __call__(self, day: Day) -> None:
        if self.hall:
            self.hall(day, self.rest)
        self.looks += 1
        legs = self.open_legs(day)
        couriers = [
            c
            for c in day.couriers
            if (c.ends > day.now and c.starts <= day.now + 1800) or c.route or c.heading
        ]
        if self.looks % 2 and legs and couriers:
            given = self._problem(day, legs, couriers)
            row = {id(leg): i for i, leg in enumerate(legs)}
            start = [
                [2 * row[id(leg)] + gives for leg, gives in self.earlier.get(c.number, []) if id(leg) in row]
                for c in couriers
            ]
            found = plan(given, WEIGHTS, steps=STEPS, seed=self.looks, start=start)
            self._offer(day, legs, couriers, found)

    def _problem(self, day: Day, legs, couriers):
        rows = {c.number: i for i, c in enumerate(couriers)}
        numbers = {id(leg): i for i, leg in enumerate(legs)}
        keeper, notified = np.full((2, len(legs)), NOBODY)
        for i, leg in enumerate(legs):
            if leg.courier is not None:
                heads = leg.courier.heading is not None and leg.courier.heading[0] is leg
                (keeper if leg.picked is not None or heads else notified)[i] = rows[leg.courier.number]
        carried = np.array([c.carried for c in couriers], float)
        return problem(
            now=day.now,
            travel=day.travel,
            place=[c.place for c in couriers],
            vehicle=[c.vehicle for c in couriers],
            free_at=[max(c.free_at, c.starts) for c in couriers],
            ends_at=[c.ends for c in couriers],
            capacity=[c.capacity for c in couriers],
            earned=carried * 300,
            share=carried.mean() * 300 + 300,
            pickup=[leg.pickup for leg in legs],
            dropoff=[leg.dropoff for leg in legs],
            ready_at=[leg.expected(day.now) for leg in legs],
            due_at=[leg.due for leg in legs],
            take=60.0,
            give=90.0,
            pay=300.0,
            after=[NOBODY if leg.is_there else numbers[id(leg.before)] for leg in legs],
            keeper=keeper,
            taken=[leg.picked is not None for leg in legs],
            notified=notified,
            allowed=[[c.may(leg) for leg in legs] for c in couriers],
        )

    def _offer(self, day: Day, legs, couriers, found) -> None:
        self.earlier = {}
        if self.rest is not None:
            self.rest = {id(leg) for leg, at in zip(legs, found.given_at, strict=True) if not at <= leg.due}
        for leg in legs:
            if leg.picked is None and not (
                leg.courier and leg.courier.heading and leg.courier.heading[0] is leg
            ):
                leg.courier = None
        for c, courier in enumerate(couriers):
            stops = [(legs[stop >> 1], stop & 1) for stop in found.stops[c].tolist()]
            self.earlier[courier.number] = stops
            agreed = []
            for leg, gives in stops:
                if not gives and leg.courier is not courier:
                    if found.picked_at[legs.index(leg)] > day.now + OFFERED_AHEAD:
                        continue
                    if self.rng.random() < REFUSES and not any(other is leg for other, _ in courier.route):
                        leg.refused.add(courier.number)
                        continue
                    leg.courier = courier
                if leg.courier is courier and (leg, gives) != courier.heading:
                    agreed.append((leg, gives))
            courier.route = agreed


def _carry(courier, legs: list[Leg], ride) -> None:
    """Take all, then bring them, the nearest next."""
    left, here = list(legs), legs[0].pickup
    courier.route = [(leg, 0) for leg in legs]
    while left:
        leg = min(left, key=lambda leg: ride[here, leg.dropoff])
        left.remove(leg)
        courier.route.append((leg, 1))
        here = leg.dropoff
    for leg in legs:
        leg.courier = courier


# -- What came of it -----------------------------------------------------------------------------------------


def figures(days: list[Day]) -> dict[str, dict[str, float]]:
    """By pool and for all: on time (%), door to door (minutes, mean and 90 %), undelivered; all: courier minutes."""
    rows: dict[str, list] = {"all": []}
    for day in days:
        last = {leg.order: leg for leg in day.legs}  # the second leg of a relay comes after the first
        for order, leg in last.items():
            late_at = day.placed[order] + PROMISED + (600 if day.pools[order] == "relay" else 0)
            took = (leg.given - day.placed[order]) / 60 if leg.given else None
            for pool in ("all", day.pools[order]):
                rows.setdefault(pool, []).append((took, leg.given is not None and leg.given <= late_at))
    found = {}
    for pool, orders in rows.items():
        took = [minutes for minutes, _ in orders if minutes is not None]
        found[pool] = {
            "orders": len(orders),
            "on_time": 100 * sum(on_time for _, on_time in orders) / len(orders),
            "door_to_door": float(np.mean(took)),
            "p90": float(np.percentile(took, 90)),
            "undelivered": len(orders) - len(took),
        }
    delivered = len(rows["all"]) - found["all"]["undelivered"]
    found["all"]["courier_minutes"] = sum(c.minutes for d in days for c in d.couriers) / delivered
    found["all"]["violations"] = sum(d.violations for d in days)
    return found


def round_times(legs: int, couriers: int, rounds: int) -> list[float]:
    """Processor milliseconds of engine rounds with half a second of search, over `legs` open legs."""
    rng = np.random.default_rng(5)
    xy = rng.uniform([0, 0], [2000, 1600], (60 + couriers, 2))
    metres = np.abs(xy[:, None] - xy[None]).sum(2)
    took = []
    for seed in range(rounds + 1):
        women = rng.random(couriers) < 0.4
        ready = rng.uniform(0, 1800, legs)
        after = np.full(legs, NOBODY)
        pickup, dropoff = rng.integers(0, 60, legs), rng.integers(0, 60, legs)
        after[1 : legs // 5 : 2] = np.arange(0, legs // 5 - 1, 2)
        seconds = np.flatnonzero(after != NOBODY)
        pickup[seconds] = dropoff[after[seconds]]
        began = process_time()
        given = problem(
            now=0, travel=np.stack([metres / v for v in (1.3, 3.4, 4.2)]), place=60 + np.arange(couriers),
            vehicle=rng.integers(0, 3, couriers), capacity=3, ends_at=7200, pickup=pickup, dropoff=dropoff,
            ready_at=ready, due_at=ready + 1800, take=60, give=90, after=after,
            allowed=women[:, None] | (rng.random(legs) < 0.7)[None, :],
        )  # fmt: skip
        plan(given, WEIGHTS, seconds=0.5, seed=seed)
        if seed:  # the first one compiles
            took.append(1e3 * (process_time() - began))
    return took


RULES = {
    "hall": Hall,
    "offers": Offers,
    "both": lambda seed: Offers(seed, hall=True),
    "rest": lambda seed: Offers(seed, hall=True, only_rest=True),
    "bundles": Bundles,
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--days", type=int, default=3)
    options.add_argument("--legs", type=int, default=600)
    options.add_argument("--couriers", type=int, default=300)
    options.add_argument("--rounds", type=int, default=20)
    args = options.parse_args()
    values: dict[str, float] = {}
    loss = {}
    print(
        f"{'rule':9}{'kitchens':10}{'pool':7}{'orders':>7}{'on time %':>11}{'to door':>9}{'p90':>7}{'minutes':>9}{'left':>6}"
    )
    for name, make in RULES.items():
        for noisy in (False, True):
            days = [live(generate(seed, noisy=noisy), make(seed)) for seed in range(args.days)]
            found = figures(days)
            kitchens = "noisy" if noisy else "exact"
            for pool, row in found.items():
                minutes = f"{row['courier_minutes']:.1f}" if pool == "all" else ""
                print(
                    f"{name:9}{kitchens:10}{pool:7}{row['orders']:7}{row['on_time']:11.1f}{row['door_to_door']:9.1f}"
                    f"{row['p90']:7.1f}{minutes:>9}{row['undelivered']:6}"
                )
                for key, value in row.items():
                    if pool == "all" or key in ("on_time", "door_to_door"):
                        values[f"{name}_{kitchens}_{pool}_{key}"] = value
            loss[name, noisy] = found["all"]["on_time"]
    print()
    for name, value in values.items():
        print(f"{name}={value:.2f}")
    for name in ("offers", "bundles"):
        print(f"{name}_lost_by_noise={loss[name, False] - loss[name, True]:.2f}")
    print(
        f"mask_violations={sum(value for name, value in values.items() if name.endswith('violations')):.0f}"
    )
    took = round_times(args.legs, args.couriers, args.rounds)
    print(f"round_p99_ms={np.percentile(took, 99):.0f}")


if __name__ == "__main__":
    main()
