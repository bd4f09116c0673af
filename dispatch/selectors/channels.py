"""The dispatch channels: what leads from a job to a courier just now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from campus.calendar import calendar_of
from core import clock
from delivery.models import Leg
from dispatch.models import DispatchRule, Planning
from orders.models import Kind

# An older plan is of another world.
PLAN_HOLDS = timedelta(minutes=2)


@dataclass(frozen=True)
class DispatchChannels:
    hall: bool = True
    offers: bool = False
    scan: bool = True
    favourites: bool = True  # who was named by the customer is asked first
    hall_rest: bool = False  # of the hall: only what the plan does not bring on time


def dispatch_channels(campus_id: int, now: datetime | None = None) -> dict[str, DispatchChannels]:
    """{kind: what is on}. A rule for the kind beats one for all kinds, and one for fewer hours of the week one for more.
    Without any rule jobs lie in the hall and may be taken by a scan. One query, and one more for the calendar where the
    hours of a rule need it."""
    rules = list(DispatchRule.objects.filter(campus=campus_id))
    if not all(rule.hours.is_always for rule in rules):
        at, calendar = now or clock.now(), calendar_of(campus_id)
        rules = [rule for rule in rules if rule.hours.is_open(at, calendar)]
    found = {}
    for kind in Kind.values:
        fitting = [rule for rule in rules if rule.kind in ("", kind)]
        best = max(fitting, key=lambda rule: (bool(rule.kind), -rule.hours.minutes_a_week), default=None)
        found[kind] = (
            DispatchChannels(
                best.hall, best.offers, best.scan, best.favourites, best.offers and best.hall_rest
            )
            if best
            else DispatchChannels()
        )
    return found


def kinds_with(campus_id: int, channel: str, now: datetime | None = None) -> list[str]:
    """The kinds for which this channel ("offers", "scan") is on."""
    return [kind for kind, on in dispatch_channels(campus_id, now).items() if getattr(on, channel)]


def in_hall(legs: QuerySet[Leg], campus_id: int) -> QuerySet[Leg]:
    """Those of a campus's open legs that its hall shows: of the kinds that lie there, and whatever has failed once
    already. Two queries at most, for rules and plan."""
    kinds = {kind: channel for kind, channel in dispatch_channels(campus_id).items() if channel.hall}
    rest = [kind for kind, channel in kinds.items() if channel.hall_rest]
    plan = rest and Planning.objects.filter(campus=campus_id, planned_at__gt=clock.now() - PLAN_HOLDS).first()
    if not plan:
        return legs.filter(Q(order__kind__in=kinds) | Q(priority__gt=0))
    whole = kinds.keys() - set(rest)
    return legs.filter(
        Q(order__kind__in=whole) | Q(priority__gt=0) | Q(order__kind__in=rest, pk__in=plan.rest)
    )
