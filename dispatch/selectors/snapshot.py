"""What a round of planning reads: the couriers and open jobs of a campus, as the engine's arrays.

In the arrays times are seconds from now, money is fen.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from django.db.models import Sum

from campus.geo import metres_between
from campus.models import Campus, Place, Vehicle
from campus.network import SPEED, travel
from core import clock
from couriers.models import Courier
from delivery.effort import GIVE, TAKE
from delivery.models import CARRIED, EARNED, PAID, Leg, LegStatus
from dispatch import engine
from dispatch.admission import carriers, loads, mask
from dispatch.models import Offer
from dispatch.selectors.channels import kinds_with

VEHICLES = list(Vehicle)
# A job is offered when its pickup is so near in time; what comes later may still be planned better. However far the
# pickup is, it is offered when the courier has to set off so soon: with the next round they would be late.
HORIZON, SETS_OFF = 600, 60
MOST_IN_AN_OFFER = 3
# What a round asks of a leg and of its order: there are thousands, and each column of each takes its time.
READ = [
    "no", "campus", "order", "sequence", "status", "courier", "gender", "pickup", "dropoff", "relay", "pay_fen",
    "bonus_fen", "ready_at", "due_at",
    *(f"order__{name}" for name in (
        "kind", "status", "details", "customer", "goods_value_fen", "budget_fen", "tip_fen",
    )),
]  # fmt: skip


@dataclass
class PlanningSnapshot:
    """The rows behind the engine's numbers: `couriers` and `legs` in the order of its arrays, `free` rows of legs that
    may be offered."""

    campus: Campus
    now: datetime
    couriers: list[Courier]
    legs: list[Leg]
    free: list[int]
    keeper: dict[int, int]  # pk of a leg → pk of the courier who has it, or is just asked
    earned: dict[int, int]  # pk of a courier → fen today
    refused: list[tuple[int, int]]  # pk of a courier, pk of a leg

    @classmethod
    def read(cls, campus: Campus, now: datetime) -> "PlanningSnapshot":
        """A constant number of queries."""
        couriers = list(
            Courier.objects.filter(Courier.MAY_WORK, campus=campus, on_duty=True, offer_pause=None)
            .select_related("user")
            .order_by("pk")
        )
        couriers = [courier for courier in couriers if courier.position]
        ids = {courier.pk for courier in couriers}
        asked = dict(
            Offer.legs.through.objects.filter(
                offer__status=Offer.Status.OPEN, offer__courier__in=ids
            ).values_list("leg_id", "offer__courier_id")
        )
        unfinished = Leg.objects.filter(
            campus=campus, status__in=[LegStatus.WAITING, LegStatus.OPEN, LegStatus.OFFERED, *CARRIED]
        )
        legs = list(unfinished.select_related("order").only(*READ).order_by("sequence", "pk"))
        kinds, keeper, kept = set(kinds_with(campus.pk, "offers", now)), {}, []
        for leg in legs:
            holder = leg.courier_id if leg.status in CARRIED else asked.get(leg.pk)
            if holder in ids:
                keeper[leg.pk] = holder
                kept.append(leg)
            elif leg.status in (LegStatus.OPEN, LegStatus.WAITING) and leg.order.kind in kinds:
                kept.append(leg)
        firsts = {leg.order_id for leg in kept if leg.sequence == 1}
        # A second leg is planned with its first one, or by itself once the goods lie on the shelf.
        kept = [leg for leg in kept if leg.status != LegStatus.WAITING or leg.order_id in firsts]
        free = [i for i, leg in enumerate(kept) if leg.status == LegStatus.OPEN]
        places = Place.objects.in_bulk({leg.dropoff_id for leg in kept})
        for leg in kept:  # hundreds of jobs end at few places
            leg.dropoff = places[leg.dropoff_id]
        midnight = clock.midnight(clock.local_day(now))
        earned = dict(
            Leg.objects.filter(courier__in=ids, status__in=PAID, ended_at__gte=midnight)
            .values_list("courier")
            .annotate(fen=Sum(EARNED))
            .order_by()
        )
        refused = list(
            Leg.refused_by.through.objects.filter(leg__in=unfinished, courier__in=ids).values_list(
                "courier_id", "leg_id"
            )
        )
        return cls(campus, now, couriers, kept, free, keeper, earned, refused)

    def problem(self):
        """The engine's arrays."""
        atlas = _atlas(self.campus.pk, self.campus.version, self.campus.weather)
        row = {courier.pk: i for i, courier in enumerate(self.couriers)}
        first = {leg.order_id: i for i, leg in enumerate(self.legs) if leg.sequence == 1}
        place, walk = atlas.nearest([courier.position for courier in self.couriers])
        # How many legs fit at once is the engine's to see: who is full now has room in a quarter of an hour.
        allowed = mask(carriers(self.couriers, carried={}), loads(self.legs))
        column = {leg.pk: i for i, leg in enumerate(self.legs)}
        for courier_id, leg_id in self.refused:
            if leg_id in column:
                allowed[row[courier_id], column[leg_id]] = False
        keeper = [row.get(self.keeper.get(leg.pk), engine.NOBODY) for leg in self.legs]
        taken = [leg.status in (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF) for leg in self.legs]
        mean = sum(self.earned.values()) / max(len(self.couriers), 1)
        return engine.problem(
            now=0,
            travel=atlas.seconds,
            place=place,
            free_at=walk,
            vehicle=[VEHICLES.index(courier.vehicle) for courier in self.couriers],
            capacity=[courier.capacity for courier in self.couriers],
            earned=[self.earned.get(courier.pk, 0) for courier in self.couriers],
            share=mean,
            pickup=[atlas.row[leg.pickup_id or leg.dropoff_id] for leg in self.legs],
            dropoff=[atlas.row[leg.dropoff_id] for leg in self.legs],
            ready_at=[self._in(leg.ready_at) if leg.ready_at else 0 for leg in self.legs],
            due_at=[self._in(leg.due_at) if leg.due_at else engine.NEVER for leg in self.legs],
            take=[TAKE + 60 * leg.order.details.get("minutes", 0) for leg in self.legs],
            give=GIVE,
            pay=[leg.total_fen + leg.tip_fen for leg in self.legs],
            after=[
                first.get(leg.order_id, engine.NOBODY) if leg.status == LegStatus.WAITING else engine.NOBODY
                for leg in self.legs
            ],
            keeper=keeper,
            taken=taken,
            allowed=allowed,
        )

    def routes(self, found: engine.Plan) -> dict[int, list[tuple[int, int]]]:
        """{pk of a courier: [(pk of a leg, 1 where it is given)…]} of a plan, to begin the next one with."""
        return {
            courier.pk: [(self.legs[stop >> 1].pk, stop & 1) for stop in stops.tolist()]
            for courier, stops in zip(self.couriers, found.stops, strict=True)
        }

    def start(self, given: engine.Problem, earlier: dict[int, list[tuple[int, int]]]) -> list[list[int]]:
        """What is left of an earlier plan's `routes`, in the engine's rows."""
        row = {leg.pk: i for i, leg in enumerate(self.legs)}
        routes = []
        for c, courier in enumerate(self.couriers):
            stops = [(row[pk], gives) for pk, gives in earlier.get(courier.pk, ()) if pk in row]
            mine = given.allowed[c] & np.isin(given.legs["keeper"], (engine.NOBODY, c))
            routes.append(
                [2 * i + gives for i, gives in stops if mine[i] and (gives or not given.legs["taken"][i])]
            )
        return routes

    def _in(self, moment: datetime) -> float:
        return (moment - self.now).total_seconds()

    def due(self, given: engine.Problem, found: engine.Plan):
        """(row of a courier, rows of the legs to offer): the jobs at the head of each route, in time and in number what
        a courier can answer for."""
        asked = {
            self.keeper[leg.pk]
            for leg in self.legs
            if leg.status == LegStatus.OFFERED and leg.pk in self.keeper
        }
        free, holding = set(self.free), Counter(self.keeper.values())
        for c, courier in enumerate(self.couriers):
            if courier.pk in asked:
                continue
            room = courier.capacity - holding[courier.pk]
            bundle: list[int] = []
            horizon = HORIZON
            for number, stop in enumerate(found.stops[c]):
                i = int(stop) >> 1
                if stop & 1:
                    if i in bundle:
                        break  # the trip is over
                elif i in free:
                    if len(bundle) >= min(room, MOST_IN_AN_OFFER):
                        break
                    if found.picked_at[i] > horizon and sets_off(given, found, c, number) > SETS_OFF:
                        break
                    horizon = max(horizon, found.picked_at[i])  # what is taken there in one go comes along
                    bundle.append(i)
                elif self.legs[i].status == LegStatus.WAITING:
                    break
            if bundle:
                yield c, bundle


def sets_off(given: engine.Problem, found: engine.Plan, row: int, number: int) -> float:
    """The last moment at which the courier of this row can leave for their stop of that number, a pickup, and keep the
    plan's time; a stop before it may hold them until then."""
    courier, leg = given.couriers[row], given.legs[found.stops[row][number] >> 1]
    if number:
        before = found.stops[row][number - 1]
        here, way = given.legs[before >> 1]["dropoff" if before & 1 else "pickup"], 0.0
    else:
        here, way = courier["place"], courier["free_at"]  # the way to the nearest place that the map knows
    way += given.travel[courier["vehicle"], here, leg["pickup"]] + leg["take"] / 2
    return float(found.at[row][number] - way)


class _Atlas:
    """Seconds between all places of a campus, for each vehicle, and the nearest place to a position."""

    def __init__(self, campus: Campus) -> None:
        places = list(Place.objects.filter(campus=campus).order_by("pk"))
        self.places = places
        self.row = {place.pk: i for i, place in enumerate(places)}
        self.seconds = np.zeros((len(VEHICLES), len(places), len(places)), np.float32)
        for v, vehicle in enumerate(VEHICLES):
            for i, a in enumerate(places):
                for j, b in enumerate(places):
                    if i != j:
                        self.seconds[v, i, j] = travel(campus, a, b, vehicle).seconds

    def nearest(self, positions: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
        """(rows of the nearest places, seconds to walk there by the air), one for each position."""
        away = metres_between(positions, [place.position for place in self.places])
        rows = away.argmin(axis=1)
        return rows, away[np.arange(len(positions)), rows] / SPEED[Vehicle.FOOT]


@lru_cache(maxsize=16)
def _atlas(campus_id: int, version: str, weather: str) -> _Atlas:
    """Kept while map and weather stay the same."""
    return _Atlas(Campus.objects.get(pk=campus_id))
