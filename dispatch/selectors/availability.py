"""Who on duty could carry an order now, for its customer: before paying, and while a courier is looked for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median_high

from django.utils import timezone
from django.utils.translation import gettext

from campus.models import Admits
from core import clock
from couriers.models import Courier, ShiftAssignment
from delivery.models import Leg, LegStatus, RelayStation
from delivery.services.opening import station_for
from dispatch import admission
from dispatch.admission import Carrier, Load
from dispatch.selectors.bidding import leg_for
from orders import availability
from orders.availability import Availability
from orders.models import Order

LOOKED_FOR = (LegStatus.WAITING, LegStatus.OPEN, LegStatus.OFFERED)
SHIFTS_AHEAD = timedelta(hours=24)
# What "usually" is taken from: orders of so many days, within an hour of now; fewer say nothing.
USUAL_DAYS, USUAL_ORDERS, USUAL_MOST = timedelta(days=14), 5, 200


@availability.provide
def availability_of(order: Order) -> Availability:
    """Asked of the rule of admission. The order may be an unsaved one. Constant queries."""
    now = clock.now()
    first, *rest = _legs(order)
    couriers = list(
        Courier.objects.filter(Courier.MAY_WORK, campus=order.campus_id, on_duty=True).select_related("user")
    )
    carriers = admission.carriers(couriers, now=now)
    load, *loads = admission.loads([first, *rest]) if first.pk else map(admission.load, [first, *rest])
    free, busy = _able(carriers, load)
    onward = sum(_able(carriers, loads[0])) if loads else 0
    found = Availability(free, busy, station=first.relay.place if first.to_shelf else None, onward=onward)
    if found.is_nobody or found.stops_at_station:
        at, coming = _next_shift(order, load if found.is_nobody else loads[0], now)
        reason = admission.why_nobody_to_customer(carriers, load) if found.is_nobody else ""
        if found.is_nobody and not first.relay_id and (shut := _shut_station(order)):
            reason = f"{reason} {shut}"
        return replace(found, reason=reason, shift_at=at, shift_couriers=coming)
    minutes, orders = _usual_wait(order, now)
    return replace(found, usual_minutes=minutes, usual_orders=orders)


def _legs(order: Order) -> list[Leg]:
    """The legs that nobody has taken yet, in order; of an order without any, those that it would get."""
    if order.pk:
        legs = order.legs.filter(status__in=LOOKED_FOR, courier=None).select_related(
            "order", "dropoff__zone", "relay__place"
        )
        if found := list(legs.order_by("sequence")):
            return found
    station = None if order.bids_until else station_for(order)
    if station is None:
        return [leg_for(order)]
    first = Leg(
        order=order, campus_id=order.campus_id, dropoff=station.place, relay=station, gender=Admits.ANY
    )
    return [first, leg_for(order)]


def _able(carriers: Sequence[Carrier], load: Load) -> tuple[int, int]:
    """How many may take it now, and how many others once they have a hand free."""
    stops = [admission.first_stop(carrier, load) for carrier in carriers]
    return stops.count(None), stops.count(admission.FULL_HANDS)


def _next_shift(order: Order, load: Load, now: datetime) -> tuple[datetime | None, int]:
    """When the next couriers who may carry it are on the shift plan, and how many they are then."""
    planned = ShiftAssignment.objects.filter(
        courier__campus=order.campus_id, starts_at__gt=now, starts_at__lte=now + SHIFTS_AHEAD,
        outcome=ShiftAssignment.Outcome.OPEN,
    ).select_related("courier__user")  # fmt: skip
    rows = list(planned)
    couriers = {row.courier_id: row.courier for row in rows}
    carriers = admission.carriers(list(couriers.values()), carried={}, now=now)
    able = {
        carrier.pk
        for carrier in carriers
        if admission.first_stop(replace(carrier, on_duty=True, is_resting=False), load) is None
    }
    starts = [row.starts_at for row in rows if row.courier_id in able]
    return (min(starts), starts.count(min(starts))) if starts else (None, 0)


def _shut_station(order: Order) -> str:
    """That the relay station which could take it is closed or full, if that is why it does not go by one."""
    zone = order.dropoff.zone
    if zone is None or zone.admits == Admits.ANY or order.pickup is None or order.pickup.zone_id == zone.pk:
        return ""
    stations = RelayStation.objects.filter(zones=zone, is_active=True).select_related("place")
    names = [station.place.label for station in stations]
    if not names:
        return ""
    return gettext("%(station)s, by which it could go, is closed or full.") % {"station": names[0]}


def _usual_wait(order: Order, now: datetime) -> tuple[int | None, int]:
    """(minutes, orders): how long it took until somebody accepted, at this hour on the days before."""
    hour = timezone.localtime(now).hour
    rows = (
        Order.objects.filter(
            campus=order.campus_id, created_at__gte=now - USUAL_DAYS, accepted_at__isnull=False,
            placed_at__isnull=False, window_start=None,
            placed_at__hour__in=[(hour + shift) % 24 for shift in (-1, 0, 1)],
        )
        .order_by("-created_at")
        .values_list("placed_at", "accepted_at")[:USUAL_MOST]
    )  # fmt: skip
    waits = [max((accepted - placed).total_seconds(), 0) for placed, accepted in rows]
    if len(waits) < USUAL_ORDERS:
        return None, 0
    return max(1, -(-round(median_high(waits)) // 60)), len(waits)
