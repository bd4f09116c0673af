"""The map on a ticket's page."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from campus.network import route
from core import clock
from couriers.selectors.positions import accuracy_note
from delivery.models import Leg, LegStatus
from exceptions.console.parties import carrier
from exceptions.models import Ticket

# A silent phone is normal for a while; after this the position is called old.
STALE = timedelta(minutes=3)


@dataclass(frozen=True)
class Map:
    """Pins and route for static/js/map.js. `courier` is whose position is known, empty where nobody's is; `seen` how old
    it is, in words, empty for less than a minute; `exact` within what it is true, empty where the phone does not say."""

    pins: list[dict]
    route: object = None
    seen: str = ""
    stale: bool = False
    courier: str = ""
    exact: str = ""


def map_of(ticket: Ticket, leg: Leg | None) -> Map:
    """Pickup, drop-off, and the courier who has the goods or is on the way to them."""
    order = ticket.order
    pins = []
    if order.pickup:
        pins.append(_pin("pickup", order.pickup.position, order.pickup.label))
    pins.append(_pin("dropoff", order.dropoff.position, order.dropoff.label))
    courier = carrier(leg)
    start = order.pickup
    seen, stale, name, exact = "", False, "", ""
    if courier and courier.lat is not None and courier.located_at:
        age = clock.now() - courier.located_at
        seen, stale, name = _old(age), age > STALE, courier.user.display_name
        exact = accuracy_note(courier)
        note = _("seen %(age)s ago") % {"age": seen} if seen else _("seen just now")
        note = " · ".join(filter(None, [name, note, exact]))
        pins.append(_pin("courier", (courier.lat, courier.lon), note=note) | {"acc": courier.accuracy_m})
        if leg.status in (LegStatus.PICKED_UP, LegStatus.AT_DROPOFF):
            start = (courier.lat, courier.lon)
    way = None
    if order.is_live and start and start != order.dropoff:
        way = route(order.campus, start, order.dropoff, courier.vehicle if courier else "foot")
    return Map(pins, way, seen, stale, name, exact)


def _old(age: timedelta) -> str:
    """In minutes up to two hours, then in hours; empty for less than one minute."""
    minutes = int(age.total_seconds() // 60)
    if minutes >= 120:
        return _("%(n)s hours") % {"n": minutes // 60}
    return _("%(n)s min") % {"n": minutes} if minutes else ""


def _pin(kind: str, at: tuple[float, float], label: str = "", note: str = "") -> dict:
    return {"kind": kind, "lat": round(at[0], 6), "lon": round(at[1], 6), "label": label, "note": note}
