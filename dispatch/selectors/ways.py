"""Which ways lead from a job to a courier just now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from core import clock
from dispatch.models import DispatchRule, Leg
from orders.models import Kind


@dataclass(frozen=True)
class Ways:
    hall: bool = True
    offers: bool = False
    scan: bool = True


def ways(campus_id: int, now: datetime | None = None) -> dict[str, Ways]:
    """{kind: what is on}. A rule for the kind beats one for all kinds, and a shorter stretch of hours a longer one.
    Without any rule jobs lie in the hall and may be taken by a scan. One query."""
    hour = timezone.localtime(now or clock.now()).hour
    rules = [
        rule
        for rule in DispatchRule.objects.filter(campus=campus_id)
        if rule.from_hour <= hour < rule.to_hour
    ]
    found = {}
    for kind in Kind.values:
        fitting = [rule for rule in rules if rule.kind in ("", kind)]
        best = max(fitting, key=lambda rule: (bool(rule.kind), rule.from_hour - rule.to_hour), default=None)
        found[kind] = Ways(best.hall, best.offers, best.scan) if best else Ways()
    return found


def kinds_with(campus_id: int, way: str, now: datetime | None = None) -> list[str]:
    """The kinds for which this way ("hall", "offers", "scan") is on."""
    return [kind for kind, on in ways(campus_id, now).items() if getattr(on, way)]


def in_hall(legs: QuerySet[Leg], kinds: Iterable[str]) -> QuerySet[Leg]:
    """Those that the hall shows: of these kinds, and whatever has failed once already."""
    return legs.filter(Q(order__kind__in=list(kinds)) | Q(priority__gt=0))
