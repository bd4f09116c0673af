"""What others may see of a courier: the customer's card and map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from accounts.permissions import is_operator
from campus.models import Vehicle
from campus.network import route
from core import clock
from couriers.models import Courier
from couriers.selectors.positions import accuracy_text
from delivery.call_sides import obstacle_to_courier
from delivery.models import CARRIED, UNFINISHED, Leg, LegStatus
from delivery.plan import FETCHING
from delivery.selectors.expectation import expectation
from delivery.selectors.jobs import courier_pin, pin
from orders import current_leg
from orders.current_leg import CurrentLeg
from orders.models import Order, Status
from orders.names import courier_name

# Phones send their position every few seconds: nothing for so long is worth a word.
SILENT = timedelta(minutes=2)
# A customer sees where the courier is while the goods are with them, and at no other time.
ON_THE_WAY = (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF)


def leg_of(order: Order) -> Leg | None:
    """The leg that carries the order now, or carried it to the door; None while nobody has it. One query."""
    return (
        Leg.objects.filter(order=order, courier__isnull=False, status__in=[*CARRIED, LegStatus.DONE])
        .select_related("courier__user", "courier__campus", "pickup", "dropoff", "relay__place")
        .order_by("-sequence", "-pk")
        .first()
    )


@current_leg.provide
def current_legs(orders: Sequence[Order], *, expected: bool) -> dict[int, CurrentLeg]:
    """The first leg of each that is not over."""
    legs = Leg.objects.filter(order__in=orders, status__in=UNFINISHED).select_related(
        "relay__place", "courier__campus", "dropoff"
    )
    found = {}
    for leg in legs.order_by("-sequence"):
        when = expectation(leg) if expected else None
        found[leg.order_id] = CurrentLeg(
            leg.relay.place if leg.relay else None, leg.to_shelf, leg.courier_id is not None,
            when.earliest if when else None, when.latest if when else None,
            from_another=leg.rescues_id is not None and leg.status in FETCHING,
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class CourierCard:
    """What a customer reads about their courier. `may_call` while the job is under way; `obstacle`: why a call could
    not be connected even so, or ""."""

    courier: Courier
    leg: Leg
    delivered: int
    may_call: bool
    obstacle: str

    @property
    def name(self) -> str:
        return courier_name(self.courier.user)


def courier_card(order: Order) -> CourierCard | None:
    """The courier of an order; None before one has accepted, and when the order was called off."""
    if not order.is_live and order.delivered_at is None:
        return None
    leg = leg_of(order)
    if leg is None:
        return None
    delivered = Leg.objects.filter(courier=leg.courier, status=LegStatus.DONE).count()
    obstacle = obstacle_to_courier(order, leg) if leg.is_carried else ""
    return CourierCard(leg.courier, leg, delivered, leg.is_carried, obstacle)


def map_data(order: Order, viewer) -> dict:
    """What static/js/map.js draws for an order, as `viewer` may see it, and how far the courier is.

    {"pins": [{"kind", "lat", "lon", "label", "id"?, "acc"?}], "route": {"path", "stubs"} or None,
     "metres": int or None, "seen_at": datetime or None, "to": relay station or None,
     "silent_minutes": how long no position has come (0: it comes), "expected": Expectation or None}

    The courier is in it only between pickup and delivery, and only for the order's customer and operators; with goods
    that go back, only for operators.
    """
    pins = [pin("pickup", order.pickup)] if order.pickup_id else []
    leg = leg_of(order) if order.is_live else None
    to_station = leg is not None and leg.to_shelf
    if leg is not None and leg.relay_id:
        pins.append(pin("place", leg.relay.place))
    pins.append(pin("dropoff", order.dropoff))
    shown = leg is not None and leg.status in ON_THE_WAY and may_watch(order, viewer)
    here = leg.courier.position if shown else None
    lies = to_station and leg.status == LegStatus.DONE
    # It is still with the courier who cannot go on.
    waits = leg is not None and leg.rescues_id is not None and leg.status in FETCHING
    start = leg.dropoff if lies else leg.pickup if waits else here or order.pickup
    goes_on = (here and order.status == Status.RETURNING) or (to_station and not lies)
    end = leg.dropoff if goes_on else order.dropoff
    vehicle = leg.courier.vehicle if leg else Vehicle.BICYCLE
    trip = route(order.campus, start, end, vehicle) if start and start != end else None
    if here:
        pins.append(courier_pin(leg.courier, id="courier"))
    arrived = leg is not None and leg.status == LegStatus.AT_DROPOFF
    riding = here and not arrived
    expected = expectation(leg) if leg and order.status != Status.RETURNING else None
    silence = clock.now() - leg.courier.located_at if here else timedelta()
    return {
        "pins": pins,
        "route": trip.as_data() if trip else None,
        "metres": trip.distance_m if riding and trip else None,
        "to": leg.dropoff if to_station and riding else None,
        "seen_at": leg.courier.located_at if here else None,
        "silent_minutes": silence // timedelta(minutes=1) if silence >= SILENT else 0,
        "expected": expected,
    }


def may_watch(order: Order, viewer) -> bool:
    # Who brings goods back does not come to the customer any more.
    is_coming = viewer.pk == order.customer_id and order.status != Status.RETURNING
    return is_coming or is_operator(viewer, order.campus_id)


def trail(leg: Leg) -> dict:
    """Where the leg's courier was between taking it and its end, as static/js/map.js draws it; for operators.

    {"pins": […], "route": {"path", "stubs"} or None, "points": int, "accuracy": within what the least exact one is true, in
    words, empty where no phone said}. Points of more than seven days ago are gone.
    """
    pins = [pin("pickup", leg.pickup)] if leg.pickup else []
    pins.append(pin("dropoff", leg.dropoff))
    path, doubts = [], []
    if leg.courier_id and leg.assigned_at:
        points = leg.courier.trail.filter(at__gte=leg.assigned_at, at__lte=leg.ended_at or clock.now())
        for lat, lon, accuracy_m in points.values_list("lat", "lon", "accuracy_m"):
            path.append([round(lat, 6), round(lon, 6)])
            doubts.append(accuracy_m or 0)
    return {
        "pins": pins,
        "route": {"path": path, "stubs": []} if len(path) > 1 else None,
        "points": len(path),
        "accuracy": accuracy_text(max(doubts, default=None)),
    }
