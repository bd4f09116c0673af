"""What the engine is measured against: bundle first, then assign (Reyes, Erera, Savelsbergh, Sahasrabudhe, O'Neil, "The
Meal Delivery Routing Problem", 2018), on the campus of `_campus_day`.

Every few minutes the open legs of each place are put into bundles, whose size follows from how many legs there are for
a courier, by parallel insertion and one pass of putting each leg back where it fits best. Bundles go to couriers by a
linear assignment, those first that will be late anyway, then those whose goods wait, then the others; what need not
begin yet is assigned anew next time.
"""

import math

import numpy as np

from benchmarks._campus_day import GIVE, TAKE, Courier, Day, Leg

# Legs that are ready within so many seconds, and couriers who are free within so many, are looked at.
READY_WITHIN, FREE_WITHIN = 20 * 60.0, 10 * 60.0
MOST = 4
# What a second of goods waiting counts beside a second of the way, and waiting beside a leg a second, in a match.
FRESHNESS, THETA = 1.0, 0.5 / 3600
# Goods that have waited so long are fetched by whoever has them, however far.
WAITED = 15 * 60.0
IMPOSSIBLE = 1e6
# Times on a way are those of a bicycle until a courier is known.
USUAL = 1


def assignment(cost: np.ndarray) -> list[tuple[int, int]]:
    """(row, column) pairs of the least total cost, as many as the shorter side has (the Hungarian method, by shortest
    augmenting paths: Jonker and Volgenant, Computing 38, 1987)."""
    if cost.shape[0] > cost.shape[1]:
        return [(row, column) for column, row in assignment(cost.T)]
    rows, columns = cost.shape
    u, v = np.zeros(rows + 1), np.zeros(columns + 1)
    owner = np.zeros(columns + 1, int)  # of a column, counted from one; nought for nobody
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        least, before = np.full(columns + 1, np.inf), np.zeros(columns + 1, int)
        seen = np.zeros(columns + 1, bool)
        while owner[column]:
            seen[column] = True
            reduced = cost[owner[column] - 1] - u[owner[column]] - v[1:]
            nearer = ~seen[1:] & (reduced < least[1:])
            least[1:][nearer], before[1:][nearer] = reduced[nearer], column
            following = 1 + int(np.argmin(np.where(seen[1:], np.inf, least[1:])))
            step = least[following]
            u[owner[seen]] += step
            v[seen] -= step
            least[~seen] -= step
            column = following
        while column:
            owner[column] = owner[before[column]]
            column = before[column]
    return [(int(owner[column]) - 1, column - 1) for column in range(1, columns + 1) if owner[column]]


class Bundles:
    """Asked every half minute; decides every `every` minutes."""

    def __init__(self, seed: int, every: int = 1) -> None:
        self.every = every
        self.looks = 0

    def __call__(self, day: Day) -> None:
        self.looks += 1
        if self.looks % (2 * self.every):
            return
        legs = [
            leg for leg in day.legs
            if leg.opened <= day.now and leg.given is None and leg.courier is None and leg.is_there
            and leg.expected(day.now) <= day.now + READY_WITHIN
        ]  # fmt: skip
        couriers = [
            (c, *self._free(day, c))
            for c in day.couriers
            if c.starts <= day.now + FREE_WITHIN and day.now < c.ends
        ]
        couriers = [one for one in couriers if one[2] <= day.now + FREE_WITHIN]
        if not legs or not couriers:
            return
        size = min(MOST, math.ceil(len(legs) / len(couriers)))
        for group in self._groups(day, self._bundles(day, legs, size), couriers):
            if group and couriers:
                couriers = self._match(day, group, couriers)

    @staticmethod
    def _free(day: Day, courier: Courier) -> tuple[int, float]:
        """Where and when a courier will have done what is agreed."""
        at, here = max(courier.free_at, day.now, courier.starts), courier.place
        stops = [*([courier.heading] if courier.heading else []), *courier.route]
        for leg, gives in stops:
            there = leg.dropoff if gives else leg.pickup
            at += day.travel[courier.vehicle, here, there] + (GIVE if gives else TAKE)
            here = there
        return here, at

    # -- Bundling ----------------------------------------------------------------------------------------------

    def _bundles(self, day: Day, legs: list[Leg], size: int) -> list[list[Leg]]:
        places: dict[tuple, list[Leg]] = {}
        for leg in legs:
            places.setdefault((leg.pickup, leg.women_only), []).append(leg)
        return [bundle for some in places.values() for bundle in self._at_one_place(day, some, size)]

    def _at_one_place(self, day: Day, legs: list[Leg], size: int) -> list[list[Leg]]:
        legs = sorted(legs, key=lambda leg: leg.expected(day.now))
        bundles: list[list[Leg]] = [[] for _ in range(math.ceil(len(legs) / size))]
        for leg in legs:
            _cost, k, i = self._best_place(day, bundles, leg, size)
            bundles[k].insert(i, leg)
        for leg in legs:
            old = next(bundle for bundle in bundles if leg in bundle)
            at, before = old.index(leg), self._cost(day, old)
            old.remove(leg)
            cost, k, i = self._best_place(day, bundles, leg, size)
            if cost < before - self._cost(day, old) - 1e-6:
                bundles[k].insert(i, leg)
            else:
                old.insert(at, leg)
        return [bundle for bundle in bundles if bundle]

    def _best_place(self, day: Day, bundles, leg: Leg, size: int) -> tuple[float, int, int]:
        return min(
            (self._cost(day, [*bundle[:i], leg, *bundle[i:]]) - self._cost(day, bundle), k, i)
            for k, bundle in enumerate(bundles)
            if len(bundle) < size
            for i in range(len(bundle) + 1)
        )

    @staticmethod
    def _cost(day: Day, bundle: list[Leg]) -> float:
        """Seconds of the way, and of goods between ready and given."""
        if not bundle:
            return 0.0
        ready = [leg.expected(day.now) for leg in bundle]
        given, end = _ride(day, bundle, USUAL, max(*ready, day.now) + TAKE)
        return FRESHNESS * (sum(given) - sum(ready)) + end - max(ready)

    # -- Matching ----------------------------------------------------------------------------------------------

    @staticmethod
    def _groups(day: Day, bundles, couriers) -> list[list[list[Leg]]]:
        """Late whoever goes; the goods will wait; the others."""
        groups: list[list[list[Leg]]] = [[], [], []]
        for bundle in bundles:
            first = bundle[0]
            ready = max(leg.expected(day.now) for leg in bundle)
            soonest = min(at + day.travel[c.vehicle, here, first.pickup] for c, here, at in couriers)
            given, _end = _ride(day, bundle[:1], USUAL, max(ready, soonest) + TAKE)
            late = given[0] > min(leg.due for leg in bundle)
            groups[0 if late else 1 if soonest > ready else 2].append(bundle)
        return groups

    def _match(self, day: Day, bundles, couriers) -> list:
        """Assign these bundles; the couriers whom nothing was meant for."""
        cost = np.full((len(bundles), len(couriers)), IMPOSSIBLE)
        for j, (courier, here, at) in enumerate(couriers):
            for i, bundle in enumerate(bundles):
                if len(bundle) > courier.capacity or not all(courier.may(leg) for leg in bundle):
                    continue
                ready = max(leg.expected(day.now) for leg in bundle)
                taken = max(at + day.travel[courier.vehicle, here, bundle[0].pickup], ready)
                if taken > courier.ends:
                    continue
                given, _end = _ride(day, bundle, courier.vehicle, taken + TAKE)
                cost[i, j] = THETA * (taken - ready) - len(bundle) / max(
                    60.0, given[-1] - min(day.now, ready)
                )
        used = set()
        for i, j in assignment(cost):
            if cost[i, j] < IMPOSSIBLE:
                used.add(j)
                self._commit(day, bundles[i], *couriers[j])
        return [one for j, one in enumerate(couriers) if j not in used]

    def _commit(self, day: Day, bundle: list[Leg], courier: Courier, here: int, at: float) -> None:
        """Now, if they are idle and must go now; a moment later everything may look different."""
        ready = [leg.expected(day.now) for leg in bundle]
        until = day.now + 60 * self.every
        there = at + day.travel[courier.vehicle, here, bundle[0].pickup]
        idle = courier.on_duty(day.now) and not courier.route and courier.heading is None
        if idle and (until + there - at >= max(ready) or min(ready) <= day.now - WAITED):
            courier.route = [(leg, gives) for gives in (0, 1) for leg in bundle]
            for leg in bundle:
                leg.courier = courier


def _ride(day: Day, bundle: list[Leg], vehicle: int, leaves: float) -> tuple[list[float], float]:
    """(when each is given, when the last door is left) from the bundle's place, in its order."""
    given, at, here = [], leaves, bundle[0].pickup
    for leg in bundle:
        at += day.travel[vehicle, here, leg.dropoff] + GIVE
        given.append(at - GIVE / 2)
        here = leg.dropoff
    return given, at
