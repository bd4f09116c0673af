"""A gentle virtual life: students, couriers and an operator on duty who use the services that the pages call.

What an agent does next follows from the database and the clock alone, so that a restart continues where it was.
The same life makes the demo's history on a simulated clock.
"""

import itertools
import logging
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import OperationalError
from django.utils import timezone

from accounts.models import Address
from campus import network
from campus.models import Campus, Place
from core.errors import DomainError
from couriers import services as couriers_services
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import CARRIED, Leg, LegStatus
from delivery.plan import nothing_to_fetch
from dispatch import services as dispatch
from dispatch.models import Offer, OfferPause
from orders import services as orders
from orders.kinds import KINDS
from orders.models import Order, Status
from payments.models import Payment
from simulation import desk, pictures, talk
from simulation.wishes import wish

logger = logging.getLogger(__name__)

# What a phone says of its own accuracy between houses.
ACCURACY_M = 18

# Orders an hour at each hour of the day, relative to the mean: lunch and dinner are the peaks.
PROFILE = [
    0.1,
    0,
    0,
    0,
    0,
    0,
    0.1,
    0.6,
    0.9,
    0.8,
    1.2,
    2.4,
    2.2,
    1.0,
    0.8,
    0.9,
    1.2,
    2.3,
    2.0,
    1.2,
    1.2,
    1.2,
    0.8,
    0.4,
]


@dataclass(frozen=True)
class Pace:
    """How busy the campus is and how fast its couriers are."""

    orders_per_hour: float = 30
    by_hour: bool = False  # follow PROFILE, or be the same at any hour
    speed: float = 3  # couriers move so many times faster than people
    wait_seconds: float = 12  # an open job is left so long for people to grab
    live: bool = True  # real time: report positions
    patient: bool = True  # leave tickets to a visitor for a while


class Life:
    """The virtual people of one campus. Call `step` every few seconds (or minutes, on a simulated clock)."""

    def __init__(self, campus: Campus, rng: Random, pace: Pace) -> None:
        self.campus, self.rng, self.pace = campus, rng, pace
        self.last: datetime | None = None
        self.places: dict[str, list[Place]] = {}
        for place in Place.objects.filter(campus=campus, is_active=True).select_related("zone"):
            self.places.setdefault(place.kind, []).append(place)
        # Students only. In the history the demo's visitors have ordered too; live they do so themselves.
        homes = Address.objects.filter(
            user__campus=campus, user__courier=None, user__is_staff=False, is_default=True
        ).select_related("user", "place__zone", "place__campus")
        self.homes = [home for home in homes if home.user.is_virtual or not pace.live]

    def open_up(self) -> None:
        """Virtual couriers come on duty, each somewhere on the campus."""
        spots = self.places["canteen"] + self.places["dorm"]
        for courier in self._couriers():
            self._try(couriers_services.set_duty, courier=courier, on=True)
            if courier.lat is None:
                spot = self.rng.choice(spots)
                self._locate(courier, spot.lat, spot.lon)

    def go_home(self) -> None:
        """Virtual couriers go off duty, and who still carries something is offered nothing: nobody would answer."""
        for courier in self._couriers():
            if not self._try(couriers_services.set_duty, courier=courier, on=False):
                OfferPause.objects.get_or_create(courier=courier)

    def step(self, now: datetime) -> None:
        """Let everyone do what is due."""
        elapsed = (now - self.last).total_seconds() if self.last else 0
        self.last = now
        if self.wants(now, elapsed):
            self.order()
        legs = list(
            Leg.objects.filter(
                campus=self.campus, status__in=CARRIED, courier__user__is_virtual=True
            ).select_related(
                "order__customer", "courier__user", "pickup", "dropoff", "order__campus", "relay__place"
            )
        )
        for leg in legs:
            self._carry(leg, now)
        self._answer_offers()
        self._grab(now, busy={leg.courier_id for leg in legs})
        self._bid(now)
        self._confirm(now)
        self._try(talk.reply, campus=self.campus, now=now)
        desk.answer(self.campus, self.rng, now, patient=self.pace.patient)

    # -- Students --

    def wants(self, now: datetime, elapsed: float) -> bool:
        """Whether somebody orders now, `elapsed` seconds after it was last asked."""
        rate = self.pace.orders_per_hour
        if self.pace.by_hour:
            rate *= PROFILE[timezone.localtime(now).hour]
        return bool(self.homes) and self.rng.random() < rate * min(elapsed, 300) / 3600

    def order(self) -> None:
        """Somebody orders something."""
        home = self.rng.choice(self.homes)
        errand = wish(self.rng, self.places, home)
        self._try(orders.place_order, actor=home.user, request=errand, gateway=Payment.Gateway.WALLET)

    def _confirm(self, now: datetime) -> None:
        """Some confirm receipt, a few complain."""
        delivered = Order.objects.filter(
            campus=self.campus, status=Status.DELIVERED, customer__is_virtual=True,
            delivered_at__lte=now - timedelta(minutes=4),
        ).select_related("customer")  # fmt: skip
        for order in delivered[:20]:
            fate = _fate(order.no, "after")
            if fate < 5 and not order.tickets.exists():
                self._try(desk.complain, order=order, rng=self.rng)
            elif fate < 75:
                self._try(orders.complete_order, order=order, actor=order.customer)
                if fate < 50:
                    stars = 5 if fate < 40 else 4 if fate < 47 else 3
                    self._try(delivery.rate, order=order, actor=order.customer, stars=stars)

    # -- Couriers --

    def _couriers(self) -> list[Courier]:
        return list(
            Courier.objects.filter(
                campus=self.campus, user__is_virtual=True, status=Courier.Status.ACTIVE
            ).select_related("user")
        )

    def _answer_offers(self) -> None:
        """A virtual courier says yes, now and then no, and sometimes looks away."""
        asked = Offer.objects.filter(
            campus=self.campus, courier__user__is_virtual=True, status=Offer.Status.OPEN
        ).select_related("courier__user")
        for offer in asked:
            fate = _fate(offer.no, "offer")
            if fate < 80:
                self._try(dispatch.accept_offer, offer=offer, actor=offer.courier.user)
            elif fate < 92:
                self._try(dispatch.refuse_offer, offer=offer, actor=offer.courier.user)
        for courier in Courier.objects.filter(
            campus=self.campus, user__is_virtual=True, offer_pause__isnull=False
        ):
            dispatch.resume_offers(courier=courier)

    def _grab(self, now: datetime, busy: set[int]) -> None:
        idle = [c for c in self._couriers() if c.pk not in busy and c.on_duty]
        if not idle:
            return
        open_legs = (
            Leg.objects.filter(
                campus=self.campus, status=LegStatus.OPEN,
                opened_at__lte=now - timedelta(seconds=self.pace.wait_seconds),
            )
            .select_related("order__customer", "pickup", "dropoff")
            .prefetch_related("excluded")
            .order_by("-priority", "opened_at")[: len(idle)]
        )  # fmt: skip
        for leg in open_legs:
            # Now and then a job is left hanging, so that the scanner has something to find.
            if (
                _fate(leg.no, "shunned") < 5
                and now - leg.opened_at < timedelta(minutes=9)
                and not leg.bonus_fen
            ):
                continue
            fitting = [c for c in idle if leg.gender in ("any", c.gender) and c not in leg.excluded.all()]
            if not fitting:
                continue
            spot = leg.pickup or leg.dropoff
            courier = min(fitting, key=lambda c: network.distance_m(self.campus, _where(c, spot), spot))
            if self._try(dispatch.grab, leg=leg, courier=courier):
                idle.remove(courier)

    def _bid(self, now: datetime) -> None:
        """Who asks for prices hears from a few couriers, one after the other."""
        asked = Order.objects.filter(
            campus=self.campus, status=Status.PENDING_PAYMENT, bids_until__gt=now, fee_fen=0,
            created_at__lte=now - timedelta(seconds=self.pace.wait_seconds),
        ).select_related("price_rule")  # fmt: skip
        for order in asked[:5]:
            couriers = [courier for courier in self._couriers() if courier.on_duty]
            if not couriers or order.bids.count() >= 3:
                continue
            fee = order.price_rule.floor_fen + self.rng.randrange(0, 1000, 50)
            self._try(
                dispatch.place_bid, order=order, courier=self.rng.choice(couriers), fee_fen=fee,
                minutes=self.rng.randrange(15, 60, 5),
            )  # fmt: skip

    def _carry(self, leg: Leg, now: datetime) -> None:
        """Move one courier on: along the path, and through the stages when their time has come."""
        since = {
            LegStatus.ASSIGNED: leg.assigned_at,
            LegStatus.AT_PICKUP: leg.at_pickup_at,
            LegStatus.PICKED_UP: leg.picked_up_at,
            LegStatus.AT_DROPOFF: leg.at_dropoff_at,
        }[LegStatus(leg.status)]
        elapsed = (now - since).total_seconds()
        fate = _fate(leg.no, "way")
        if fate < 4 and leg.status == LegStatus.ASSIGNED and elapsed > 90:
            self._try(delivery.give_back, leg=leg, actor=leg.courier.user, reason="车胎没气了")
            return
        slowness = 12 if fate < 9 else 4 if fate < 14 else 1
        needed = self._seconds(leg) * slowness / self.pace.speed
        if self.pace.live and leg.status in (LegStatus.ASSIGNED, LegStatus.PICKED_UP):
            self._walk(leg, min(elapsed / max(needed, 1), 1), stuck=slowness == 12)
        if elapsed >= needed:
            self._try(self._next, leg)

    def _seconds(self, leg: Leg) -> float:
        """How long the present stage takes a person of that vehicle."""
        vehicle = leg.courier.vehicle
        if leg.status == LegStatus.ASSIGNED:
            spot = leg.pickup or leg.dropoff
            return network.travel(self.campus, _where(leg.courier, spot), spot, vehicle).seconds + 30
        if leg.status == LegStatus.PICKED_UP:
            start = leg.pickup or leg.dropoff
            return network.travel(self.campus, start, leg.dropoff, vehicle).seconds + 30
        if leg.status == LegStatus.AT_PICKUP:
            return 90 + 60 * leg.order.details.get("minutes", 0)
        return 60

    def _walk(self, leg: Leg, share: float, *, stuck: bool) -> None:
        if leg.status == LegStatus.ASSIGNED or leg.pickup is None:
            return  # nobody watches the way to the pickup; the job's stages tell enough
        points = network.route(self.campus, leg.pickup, leg.dropoff, leg.courier.vehicle).points
        if len(points) < 2:
            return
        lat, lon = _along(points, min(share, 0.4) if stuck else share)
        self._try(self._locate, leg.courier, lat, lon)

    def _locate(self, courier: Courier, lat: float, lon: float) -> None:
        couriers_services.report_position(courier=courier, lat=lat, lon=lon, accuracy_m=ACCURACY_M)

    def _next(self, leg: Leg) -> None:
        user = leg.courier.user
        if (leg.to_shelf and leg.status == LegStatus.AT_DROPOFF) or (
            leg.from_shelf and leg.status == LegStatus.AT_PICKUP
        ):
            shelf = delivery.place_qr_code(leg.relay.place)
            dispatch.process_scan(text=shelf.signed, courier=leg.courier, where=leg.relay.place.position)
        elif leg.status == LegStatus.ASSIGNED and not nothing_to_fetch(leg):
            delivery.arrive_at_pickup(leg=leg, actor=user)
            if leg.pickup:
                self._locate(leg.courier, leg.pickup.lat, leg.pickup.lon)
        elif leg.rescues_id and leg.status == LegStatus.AT_PICKUP:
            delivery.collect(leg=leg, actor=user, photo=pictures.parcel())
        elif leg.status == LegStatus.AT_PICKUP:
            if KINDS[leg.order.kind].is_bought and leg.order.goods_cost_fen is None:
                cost = leg.order.budget_fen * self.rng.randint(70, 100) // 100
                delivery.buy_goods(leg=leg, actor=user, cost_fen=cost, photo=pictures.parcel())
            delivery.pick_up(leg=leg, actor=user)
        elif leg.status in (LegStatus.ASSIGNED, LegStatus.PICKED_UP):
            delivery.arrive_at_dropoff(leg=leg, actor=user)
            if _fate(leg.no, "writes") < 40:
                talk.arrived(leg)
            self._locate(leg.courier, leg.dropoff.lat, leg.dropoff.lon)
        else:
            delivery.deliver(leg=leg, actor=user, code=leg.order.receiving_code)

    def _try(self, do, *args, **kwargs):
        """People are refused things all the time; a virtual one shrugs and goes on."""
        try:
            return do(*args, **kwargs) or True
        except DomainError:
            return None
        except OperationalError:  # a busy database: next time
            logger.warning("virtual life had to wait for the database")
            return None


def _fate(no: str, what: str) -> int:
    """0 to 99, always the same for the same thing."""
    return zlib.crc32(f"{no}:{what}".encode()) % 100


def _where(courier: Courier, otherwise: Place):
    return (courier.lat, courier.lon) if courier.lat is not None else otherwise


def _along(points: list[tuple[float, float]], share: float) -> tuple[float, float]:
    """The point at `share` of a line, by its steps' lengths (flat earth: a campus is small)."""
    steps = list(itertools.pairwise(points))
    lengths = [((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in steps]
    left = sum(lengths) * share
    for (a, b), length in zip(steps, lengths, strict=True):
        if left <= length and length:
            return a[0] + (b[0] - a[0]) * left / length, a[1] + (b[1] - a[1]) * left / length
        left -= length
    return points[-1]
