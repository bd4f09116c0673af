"""Replays a real meal-delivery day through the real services, on a simulated clock.

Customers, kitchens and couriers are moved by the instance; each act is the service that a page would call. The
couriers do what people in a hall do: an idle one near the goods grabs the oldest open job.
"""

import heapq
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from accounts.models import User
from campus import basemap
from campus import services as campus_services
from campus.geo import LatLon
from campus.models import Campus, Place
from core import clock
from core.errors import DomainError
from core.ids import new_no
from core.versioning import publish_version
from couriers import services as couriers
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import Leg, LegStatus
from dispatch import services as dispatch
from orders import services as orders
from orders.models import LIVE, Kind, Order, PriceRule, Status
from orders.requests import ErrandRequest
from payments.models import Payment
from simulation.mdrp import Day, DayOrder, Shift, Spot
from simulation.people import fill_wallet
from simulation.sweep import sweep

CUSTOMERS = 50
METRES_PER_DEGREE = 111_195  # of latitude, on the sphere of the mean radius
LAT, LON = 30.0, 104.0
CITY_M = 50_000  # no order of a replayed day is too far


def _on_globe(spot: Spot) -> LatLon:
    return LAT + spot.y / METRES_PER_DEGREE, LON + spot.x / METRES_PER_DEGREE


def _ends(spots: list[Spot], axis: str) -> tuple[float, float]:
    values = [getattr(spot, axis) for spot in spots]
    return min(values, default=0.0), max(values, default=0.0)


@dataclass
class Rider:
    """A courier of the instance, and where the replay has them."""

    shift: Shift
    courier: Courier
    at: Spot
    leg: Leg | None = None
    order: DayOrder | None = None


@dataclass
class Outcome:
    """What a replay did."""

    orders: int = 0
    refused: int = 0  # acts that a service refused: lost races, cancelled meanwhile
    scans: int = 0
    seconds: float = 0.0


class Replay:
    """One instance on one fresh campus. `run` drives the simulated clock; `follow` keeps up with a running one."""

    def __init__(self, day: Day, midnight: datetime, *, first: int = 0, last: int = 24 * 60 * 2) -> None:
        self.day, self.midnight = day, midnight
        self.todo = [order for order in day.orders if first <= order.placed <= last]
        self.outcome = Outcome()
        self.queue: list = []
        self._sequence = count()
        self.by_pk: dict[int, DayOrder] = {}
        self.riders: list[Rider] = []
        self.hall: dict[int, int] = {}  # open orders by pk, with the minute they appeared
        self.first = min((order.placed for order in self.todo), default=0)

    # -- Setting the scene --

    def prepare(self) -> None:
        """Make the campus, its people and its prices. Needs an empty corner of the database, not an empty one."""
        code = f"replay-{self.day.name}-{new_no(length=6)}".lower()
        kitchens = {f"k-{key}": spot for key, spot in self.day.restaurants.items()}
        doors = {f"d-{order.id}": order.door for order in self.todo}
        self.campus = Campus.objects.create(code=code, name=code, lat=LAT, lon=LON, max_distance_m=CITY_M)
        self._draw_edge([*kitchens.values(), *doors.values()])
        self.places = {}
        for kind, spots in ((Place.Kind.SHOP, kitchens), (Place.Kind.DORM, doors)):
            made = Place.objects.bulk_create(
                [self._place(code, kind, spot) for code, spot in spots.items()], batch_size=500
            )
            self.places |= {place.code: place for place in made}
        publish_version(
            PriceRule(campus=self.campus, kind=Kind.PURCHASE, promise_minutes=self.day.target - 10)
        )
        self.customers = [self._person("顾客", n) for n in range(CUSTOMERS)]
        for customer in self.customers:
            fill_wallet(customer, 10_000_00)
        for n, shift in enumerate(self.day.shifts):
            courier = Courier.objects.create(
                user=self._person("骑手", n), campus=self.campus, status=Courier.Status.ACTIVE, gender="male",
                vehicle="ebike", capacity=1,
            )  # fmt: skip
            self.riders.append(Rider(shift, courier, shift.start))
            self._at(max(shift.on, self.first), self._start_shift, self.riders[-1])
        for order in self.todo:
            self._at(order.placed, self._place_order, order)

    def _draw_edge(self, spots: list[Spot]) -> None:
        """A day takes place in a whole city: that is the campus, or its places would lie outside."""
        corners = [_on_globe(Spot(x, y)) for x in _ends(spots, "x") for y in _ends(spots, "y")]
        south_west, north_west, south_east, north_east = corners
        edge = basemap.polygon([south_west, south_east, north_east, north_west])
        drawn = basemap.collection([basemap.feature("campus", edge)])
        campus_services.save_base_map(campus=self.campus, geojson=drawn)

    def _place(self, code: str, kind: str, spot: Spot) -> Place:
        lat, lon = _on_globe(spot)
        return Place(campus=self.campus, code=code, name=code, kind=kind, lat=lat, lon=lon)

    def _person(self, name: str, n: int) -> User:
        user = User(
            username=f"{self.campus.code}-{name}-{n}", name=f"{name}{n}", campus=self.campus, is_virtual=True
        )
        user.set_unusable_password()
        user.save()
        return user

    # -- Driving --

    def run(self, simulated: clock.SimulatedClock) -> Outcome:
        """Minute by minute until everybody is home; the scanner and the sweeps run each minute, as beat would."""
        started = time.perf_counter()
        end = max(order.placed for order in self.todo) + 12 * 60
        minute = self.first
        while minute <= end and (self.queue or self._unfinished()):
            simulated.move_to(self.moment(minute))
            self.act(minute)
            self.sweep()
            minute += 1
        simulated.advance(hours=25)
        self.sweep()
        self.outcome.seconds = time.perf_counter() - started
        return self.outcome

    def follow(self) -> Outcome:
        """Keep up with a clock that runs by itself; scanning and draining are left to the server's processes."""
        started = time.perf_counter()
        end = max(order.placed for order in self.todo) + 3 * 60
        minute = self.first
        while minute <= end and (self.queue or self._unfinished()):
            while clock.now() < self.moment(minute):
                time.sleep(0.02)
            self.act(minute)
            minute += 1
        self.outcome.seconds = time.perf_counter() - started
        return self.outcome

    def moment(self, minute: int) -> datetime:
        return self.midnight + timedelta(minutes=minute)

    def act(self, minute: int) -> None:
        """Do what is due at this minute, then let idle couriers look at the hall."""
        while self.queue and self.queue[0][0] <= minute:
            _, _, do, subject = heapq.heappop(self.queue)
            try:
                do(minute, subject)
            except DomainError:
                self.outcome.refused += 1
        self._look_at_hall(minute)

    def sweep(self) -> None:
        sweep()
        self.outcome.scans += 1

    def _at(self, minute: int, do, subject) -> None:
        heapq.heappush(self.queue, (minute, next(self._sequence), do, subject))

    def _unfinished(self) -> bool:
        return Order.objects.filter(campus=self.campus, status__in=LIVE).exists()

    # -- What people do --

    def _place_order(self, minute: int, wanted: DayOrder) -> None:
        customer = self.customers[self.outcome.orders % CUSTOMERS]
        order = orders.place_order(
            actor=customer,
            request=ErrandRequest(
                campus=self.campus,
                kind=Kind.PURCHASE,
                pickup=self.places[f"k-{wanted.restaurant}"],
                dropoff=self.places[f"d-{wanted.id}"],
                what=wanted.id,
            ),
            gateway=Payment.Gateway.WALLET,
            key=f"{self.campus.code}:{wanted.id}",
        )
        self.outcome.orders += 1
        self.by_pk[order.pk] = wanted
        self.hall[order.pk] = minute
        self._at(minute + self.day.patience, self._lose_patience, order.pk)

    def _lose_patience(self, minute: int, order_pk: int) -> None:
        order = Order.objects.get(pk=order_pk)
        if order.status == Status.PLACED:
            orders.cancel_order(order=order, actor=order.customer, reason="waited too long")
            self.hall.pop(order_pk, None)

    def _start_shift(self, minute: int, rider: Rider) -> None:
        couriers.set_duty(courier=rider.courier, on=True)
        rider.courier.on_duty = True
        self._at(rider.shift.off, self._end_shift, rider)

    def _end_shift(self, minute: int, rider: Rider) -> None:
        if rider.leg is None:
            couriers.set_duty(courier=rider.courier, on=False)
        rider.courier.on_duty = False  # takes no more jobs; the present one is brought to its end

    def _look_at_hall(self, minute: int) -> None:
        for order_pk in list(self.hall):
            wanted = self.by_pk[order_pk]
            kitchen = self.day.restaurants[wanted.restaurant]
            idle = [rider for rider in self.riders if rider.courier.on_duty and rider.leg is None]
            if not idle:
                return
            leg = Leg.objects.filter(order_id=order_pk, status=LegStatus.OPEN).select_related("order").first()
            if leg is None:
                continue
            rider = min(idle, key=lambda r: (r.at.minutes_to(kitchen, self.day.speed), r.shift.id))
            try:
                rider.leg = dispatch.grab(leg=leg, courier=rider.courier)
            except DomainError:
                self.outcome.refused += 1
                continue
            rider.order = wanted
            del self.hall[order_pk]
            self._at(minute + rider.at.minutes_to(kitchen, self.day.speed), self._reach_kitchen, rider)

    def _reach_kitchen(self, minute: int, rider: Rider) -> None:
        delivery.arrive_at_pickup(leg=rider.leg, actor=rider.courier.user)
        rider.at = self.day.restaurants[rider.order.restaurant]
        ready = max(rider.order.ready, minute + self.day.pickup_service // 2)
        self._at(ready, self._take_goods, rider)

    def _take_goods(self, minute: int, rider: Rider) -> None:
        delivery.pick_up(leg=rider.leg, actor=rider.courier.user)
        ride = (
            self.day.pickup_service
            - self.day.pickup_service // 2
            + rider.at.minutes_to(rider.order.door, self.day.speed)
        )
        self._at(minute + ride, self._reach_door, rider)

    def _reach_door(self, minute: int, rider: Rider) -> None:
        delivery.arrive_at_dropoff(leg=rider.leg, actor=rider.courier.user)
        rider.at = rider.order.door
        self._at(minute + self.day.dropoff_service // 2, self._hand_over, rider)

    def _hand_over(self, minute: int, rider: Rider) -> None:
        code = Order.objects.values_list("receiving_code", flat=True).get(pk=rider.leg.order_id)
        delivery.deliver(leg=rider.leg, actor=rider.courier.user, code=code)
        self._at(minute + self.day.dropoff_service - self.day.dropoff_service // 2, self._free_again, rider)

    def _free_again(self, minute: int, rider: Rider) -> None:
        rider.leg = rider.order = None
        if not rider.courier.on_duty:
            couriers.set_duty(courier=rider.courier, on=False)
