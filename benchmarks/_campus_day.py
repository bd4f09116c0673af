"""A generated campus day, and couriers who live through it under one rule or another. Seconds and metres; no database.

The rules differ only in who gets which legs, and in what order they go; the world carries it out: ways, waiting at
kitchens whose meals are ready when they are ready, capacities, ends of shift.
"""

from dataclasses import dataclass, field

import numpy as np

# Metres per second, as in campus.network.
SPEEDS = {"foot": 1.3, "bicycle": 3.4, "ebike": 4.2}
VEHICLES = list(SPEEDS)
CAPACITY = {"foot": 2, "bicycle": 3, "ebike": 4}
TAKE, GIVE = 60.0, 90.0
TICK = 30.0
HOUR = 3600.0
PROMISED = 40 * 60.0
ANY, WOMEN = 0, 1


@dataclass(eq=False)
class Leg:
    order: int
    pickup: int
    dropoff: int
    opened: float  # known from then on
    due: float
    predicted: float
    ready: float  # when the goods are really there; nobody knows before
    women_only: bool = False
    before: "Leg | None" = None  # the leg that brings the goods
    courier: "Courier | None" = None
    refused: set = field(default_factory=set)
    picked: float | None = None
    given: float | None = None

    @property
    def is_there(self) -> bool:
        return self.before is None or self.before.given is not None

    def expected(self, now: float) -> float:
        """When the goods are expected, as the platform knows it: a prediction that has passed is wrong."""
        if self.before is not None:
            return self.before.given if self.is_there else now
        return self.ready if self.ready <= now else max(self.predicted, now + 60)


@dataclass(eq=False)
class Courier:
    number: int
    woman: bool
    vehicle: int
    capacity: int
    starts: float
    ends: float
    place: int
    free_at: float = 0.0
    route: list = field(default_factory=list)  # of (leg, gives), what is agreed
    aboard: list = field(default_factory=list)
    heading: tuple | None = None  # the stop they are going to, or stand at
    minutes: float = 0.0
    carried: int = 0

    def may(self, leg: Leg) -> bool:
        return (self.woman or not leg.women_only) and self.number not in leg.refused

    def on_duty(self, now: float) -> bool:
        return self.starts <= now < self.ends


@dataclass(eq=False)
class Day:
    legs: list[Leg]
    couriers: list[Courier]
    travel: np.ndarray  # (vehicle, place, place) seconds
    placed: list[float]  # by order
    pools: list[str]  # by order
    now: float = 0.0
    violations: int = 0


def generate(seed: int, *, orders: int = 420, couriers: int = 70, noisy: bool = False) -> Day:
    """Lunch and dinner on a campus of two kilometres: canteens, a parcel station, dorms of which half admit women only.

    Four in ten of the orders into a women's dorm go through a relay station, the rest to a woman directly. With
    `noisy`, kitchens are as slow or fast as they are and only their usual time is known.
    """
    rng = np.random.default_rng(seed)
    canteens, dorms, others, stations = np.split(np.arange(5 + 24 + 8 + 2), [5, 29, 37])
    xy = rng.uniform([0, 0], [2000, 1600], (39, 2))
    metres = 1.1 * np.abs(xy[:, None] - xy[None]).sum(2)
    travel = np.stack([metres / speed for speed in SPEEDS.values()])
    womens = set(dorms[::2].tolist())
    near = stations[np.argmin(metres[:, stations], axis=1)]
    moments = np.sort(_moments(rng, orders))
    usual = rng.uniform(8, 18, 39) * 60
    day = Day([], [], travel, moments.tolist(), [])
    for order, placed in enumerate(moments):
        meal = rng.random() < 0.7
        start = int(rng.choice(canteens if meal else others))
        end = int(rng.choice(dorms))
        known = placed + (usual[start] if meal else 0.0)
        slow = rng.lognormal(-0.08, 0.4)  # drawn on exact days too, so that both are the same day
        real = placed + usual[start] * (slow if noisy else 1.0) if meal else placed
        if end in womens and rng.random() < 0.4:
            day.pools.append("relay")
            due = placed + PROMISED + 10 * 60
            station = int(near[end])
            first = Leg(order, start, station, placed, due - 12 * 60, known, real)
            second = Leg(order, station, end, placed, due, known, real, True, first)
            day.legs += [first, second]
        else:
            day.pools.append("women" if end in womens else "open")
            day.legs.append(Leg(order, start, end, placed, placed + PROMISED, known, real, end in womens))
    for number in range(couriers):
        vehicle = int(rng.choice(3, p=[0.35, 0.4, 0.25]))
        noon = number % 2 == 0
        starts = (10.5 if noon else 16.5) * HOUR + rng.choice([0, 0.5]) * HOUR
        home = int(rng.choice(dorms))
        courier = Courier(
            number, bool(rng.random() < 0.4), vehicle, CAPACITY[VEHICLES[vehicle]], starts,
            starts + rng.choice([3, 3.5]) * HOUR, home, starts,
        )  # fmt: skip
        day.couriers.append(courier)
    return day


def _moments(rng, orders: int) -> np.ndarray:
    peaks = np.where(rng.random(orders) < 0.45, 11.9, 17.9)
    return np.clip(peaks + rng.normal(0, 0.6, orders), 10.6, 19.2) * HOUR


def live(day: Day, rule) -> Day:
    """Carry the day out: every half minute the rule says who goes where, then everybody goes on."""
    day.now = 10.5 * HOUR
    while day.now < 20.5 * HOUR:
        rule(day)
        for courier in day.couriers:
            _go_on(day, courier)
        day.now += TICK
    return day


def _go_on(day: Day, courier: Courier) -> None:
    """Everything that this courier does until the next look at the clock."""
    until = day.now + TICK
    while courier.free_at < until and courier.starts < until:
        if courier.heading is None:
            if not courier.route or not _time_to_leave(day, courier, until):
                courier.free_at = max(courier.free_at, day.now)
                return
            courier.heading = courier.route.pop(0)
            leg, gives = courier.heading
            there = leg.dropoff if gives else leg.pickup
            ride = float(day.travel[courier.vehicle, courier.place, there])
            began = max(courier.free_at, day.now)
            courier.place, courier.free_at = there, began + ride
            courier.minutes += ride / 60
            continue
        if not _hand_over(day, courier, until):
            return


def _time_to_leave(day: Day, courier: Courier, until: float) -> bool:
    """Nobody goes to a pickup sooner than they must to be there when the goods are."""
    leg, gives = courier.route[0]
    if gives or courier.aboard:
        return True
    there = max(courier.free_at, day.now) + day.travel[courier.vehicle, courier.place, leg.pickup]
    return (leg.is_there and there + TICK >= leg.expected(day.now)) or _comes_soon(leg, there)


def _comes_soon(leg: Leg, there: float) -> bool:
    """The goods are on their way to the relay station."""
    return not leg.is_there and leg.before.picked is not None


def _hand_over(day: Day, courier: Courier, until: float) -> bool:
    leg, gives = courier.heading
    if gives:
        leg.given = courier.free_at + GIVE / 2
        courier.free_at += GIVE
        courier.minutes += GIVE / 60
        courier.aboard.remove(leg)
        courier.carried += 1
    else:
        there = leg.before.given if leg.before is not None else leg.ready
        if there is None or there > until:  # stands and waits
            courier.minutes += (until - courier.free_at) / 60
            courier.free_at = until
            return False
        began = max(courier.free_at, there)
        courier.minutes += (began - courier.free_at) / 60
        joins = any(
            other.pickup == leg.pickup and other.picked == courier.free_at for other in courier.aboard
        )
        courier.free_at = began + (0 if joins else TAKE)
        courier.minutes += (0 if joins else TAKE) / 60
        leg.picked = courier.free_at
        courier.aboard.append(leg)
        day.violations += (leg.women_only and not courier.woman) or len(courier.aboard) > courier.capacity
    courier.heading = None
    return True
