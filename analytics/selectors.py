"""How today goes: read-only figures for the admin's first page. A constant number of queries, whatever there is.

"Today" starts at local midnight, "the week" is the last seven days including today. Money is in fen, rates in percent.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Min, Q, Sum, When
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.translation import gettext as _

from campus.geo import metres
from campus.models import Campus, Place, Zone
from core import clock
from couriers.models import Courier
from exceptions.console.figures import rate
from exceptions.models import ExceptionType, Ruling, Ticket
from exceptions.tickets.cases import cases
from orders.models import LIVE, Order, Status

# A courier further than this from any place of a zone is nowhere in particular.
NEAR_M = 400
SHOWN_TYPES = 10


def week(now: datetime) -> datetime:
    return clock.midnight(clock.local_day(now)) - timedelta(days=6)


def _since() -> Case:
    """When an order entered its present stage."""
    return Case(
        When(status=Status.PLACED, then=F("placed_at")),
        When(status=Status.ACCEPTED, then=F("accepted_at")),
        default=F("picked_up_at"),
    )


@dataclass(frozen=True)
class StageRow:
    """Live orders in one stage: how many, how many past their promise, and the longest wait (minutes)."""

    status: str
    label: str
    count: int
    late: int
    longest: int | None


def stages(campuses: list[Campus], now: datetime) -> list[StageRow]:
    """Orders under way by stage, in the order of the way. One query."""
    rows = (
        Order.objects.filter(campus__in=campuses, status__in=LIVE)
        .values("status")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(late_from__lt=now)), first=Min(_since()))
        .order_by()
    )
    found = {row["status"]: row for row in rows}
    return [
        StageRow(
            status.value,
            str(status.label),
            found[status]["count"] if status in found else 0,
            found[status]["late"] if status in found else 0,
            _minutes(found[status]["first"], now) if status in found else None,
        )
        for status in LIVE
        if status in found or status in (Status.PLACED, Status.ACCEPTED, Status.PICKED_UP)
    ]


def _minutes(since: datetime | None, now: datetime) -> int | None:
    return max(int((now - since).total_seconds() // 60), 0) if since else None


def waiting_longest(campuses: list[Campus], now: datetime, limit: int = 6) -> list[Order]:
    """The live orders that have been in their stage for longest; `waited` is in minutes (and `waited_hours`, if many).
    One query."""
    orders = list(
        Order.objects.filter(campus__in=campuses, status__in=LIVE)
        .annotate(since=_since())
        .filter(since__isnull=False)
        .select_related("dropoff")
        .order_by("since")[:limit]
    )
    for order in orders:
        order.waited = _minutes(order.since, now)
        order.waited_hours = order.waited // 60 if order.waited >= 100 else None
    return orders


@dataclass(frozen=True)
class ZoneRow:
    """One zone now: couriers on duty who stand there, and jobs that wait for one there."""

    label: str
    couriers: int
    waiting: int

    @property
    def short(self) -> bool:
        return self.waiting > self.couriers


def zones(campuses: list[Campus]) -> list[ZoneRow]:
    """Couriers on duty by the zone that they stand in, beside the jobs waiting there. Four queries."""
    known = list(Zone.objects.filter(campus__in=campuses).order_by("campus", "code"))
    places = defaultdict(list)
    for campus_id, zone_id, lat, lon in Place.objects.filter(
        campus__in=campuses, zone__isnull=False, is_active=True
    ).values_list("campus_id", "zone_id", "lat", "lon"):
        places[campus_id].append((zone_id, (lat, lon)))
    here: Counter = Counter()
    for campus_id, lat, lon in Courier.objects.filter(campus__in=campuses, on_duty=True).values_list(
        "campus_id", "lat", "lon"
    ):
        here[_zone_at(places[campus_id], lat, lon)] += 1
    waiting = dict(
        Order.objects.filter(campus__in=campuses, status=Status.PLACED)
        .values_list("pickup__zone")
        .annotate(count=Count("pk"))
        .order_by()
    )
    rows = [ZoneRow(zone.label, here[zone.pk], waiting.get(zone.pk, 0)) for zone in known]
    if here[None] or waiting.get(None):
        rows.append(ZoneRow(_("elsewhere"), here[None], waiting.get(None, 0)))
    return rows


def _zone_at(places: list, lat: float | None, lon: float | None) -> int | None:
    if lat is None or not places:
        return None
    far, zone_id = min((metres((lat, lon), at), zone_id) for zone_id, at in places)
    return zone_id if far <= NEAR_M else None


@dataclass(frozen=True)
class HourRow:
    """One hour of today: orders placed in it; deliveries in it and how many of those kept their promise."""

    hour: int
    placed: int
    delivered: int
    on_time: int

    @property
    def rate(self) -> float | None:
        return rate(self.on_time, self.delivered)


def hours(campuses: list[Campus], now: datetime) -> list[HourRow]:
    """Today by the hour, from the first hour with anything in it to the present one. Two queries."""
    today = clock.midnight(clock.local_day(now))
    recent = Order.objects.filter(campus__in=campuses, created_at__gte=today - timedelta(days=7)).order_by()
    placed = dict(
        recent.filter(created_at__gte=today)
        .annotate(hour=ExtractHour("created_at"))
        .values_list("hour")
        .annotate(count=Count("pk"))
    )
    delivered = {
        row["hour"]: row
        for row in recent.filter(delivered_at__gte=today)
        .annotate(hour=ExtractHour("delivered_at"))
        .values("hour")
        .annotate(count=Count("pk"), good=Count("pk", filter=Q(delivered_at__lte=F("late_from"))))
    }
    present = timezone.localtime(now).hour
    first = min([*placed, *delivered, max(present - 7, 0)])
    return [
        HourRow(
            hour,
            placed.get(hour, 0),
            delivered[hour]["count"] if hour in delivered else 0,
            delivered[hour]["good"] if hour in delivered else 0,
        )
        for hour in range(min(first, present), present + 1)
    ]


@dataclass(frozen=True)
class ClockRow:
    """Open tickets whose next clock runs out within a span."""

    label: str
    count: int
    tone: str


def clocks(campuses: list[Campus], now: datetime) -> list[ClockRow]:
    """Open cases by the time that is left on the clock that runs out next. One query."""
    spans = [
        (_("run out"), None, 0, "bad"),
        (_("under 3 min"), 0, 3, "bad"),
        (_("3 to 10 min"), 3, 10, "warn"),
        (_("10 to 30 min"), 10, 30, "good"),
        (_("later"), 30, None, "good"),
    ]
    filters = {}
    for number, (_label, after, until, _tone) in enumerate(spans):
        within = Q()
        if after is not None:
            within &= Q(due__gt=now + timedelta(minutes=after))
        if until is not None:
            within &= Q(due__lte=now + timedelta(minutes=until))
        filters[f"span_{number}"] = Count("order", filter=within)
    counts = cases(campuses).aggregate(**filters)
    return [
        ClockRow(label, counts[f"span_{number}"], tone) for number, (label, _a, _u, tone) in enumerate(spans)
    ]


@dataclass(frozen=True)
class TypeRow:
    """Tickets of one type: how many, and the share (percent) of this and all more frequent types together."""

    type: ExceptionType
    count: int
    together: int


@dataclass(frozen=True)
class Pareto:
    rows: list[TypeRow]
    total: int
    others: int


def by_type(campuses: list[Campus], since: datetime) -> Pareto:
    """Tickets opened since then by type, the most frequent first. False alarms and duplicates count not. Two queries."""
    counts = (
        Ticket.objects.filter(campus__in=campuses, opened_at__gte=since)
        .exclude(status__in=["dismissed", "merged"])
        .values_list("type")
        .annotate(count=Count("pk"))
        .order_by("-count", "type")
    )
    counts = list(counts)
    types = ExceptionType.objects.in_bulk([code for code, _count in counts])
    total, sum_so_far, rows = sum(count for _code, count in counts), 0, []
    for code, count in counts[:SHOWN_TYPES]:
        sum_so_far += count
        rows.append(TypeRow(types[code], count, round(100 * sum_so_far / total)))
    return Pareto(rows, total, total - sum_so_far)


@dataclass(frozen=True)
class Heat:
    """Tickets of the week by zone and hour: `rows` are (zone, [count for each of `hours`])."""

    hours: list[int]
    rows: list[tuple[str, list[int]]]
    most: int


def heat(campuses: list[Campus], now: datetime) -> Heat:
    """Where and at what hour tickets were opened in the last seven days. Two queries."""
    counts = (
        Ticket.objects.filter(campus__in=campuses, opened_at__gte=week(now))
        .annotate(hour=ExtractHour("opened_at"))
        .values_list("order__dropoff__zone", "hour")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found = {(zone, hour): count for zone, hour, count in counts}
    span = list(range(min([7, *(hour for _zone, hour in found)]), max([22, *(h for _z, h in found)]) + 1))
    named = [
        (zone.pk, zone.label) for zone in Zone.objects.filter(campus__in=campuses).order_by("campus", "code")
    ]
    if any(zone is None for zone, _hour in found):
        named.append((None, _("elsewhere")))
    rows = [(label, [found.get((pk, hour), 0) for hour in span]) for pk, label in named]
    return Heat(span, rows, max(found.values(), default=0))


@dataclass(frozen=True)
class PaidRow:
    """What one type of exception has cost: compensations and refunds in fen, and how often."""

    type: ExceptionType
    compensated: int
    refunded: int
    times: int

    @property
    def total(self) -> int:
        return self.compensated + self.refunded


def compensation(campuses: list[Campus], since: datetime) -> list[PaidRow]:
    """Money given since then by type of exception, the most expensive first. Two queries."""
    kinds = Ruling.Kind
    rows = (
        Ruling.objects.filter(
            ticket__campus__in=campuses, created_at__gte=since, kind__in=[kinds.COMPENSATION, kinds.REFUND]
        )
        .values("ticket__type")
        .annotate(
            compensated=Sum("amount_fen", filter=Q(kind=kinds.COMPENSATION), default=0),
            refunded=Sum("amount_fen", filter=Q(kind=kinds.REFUND), default=0),
            times=Count("pk"),
            total=Sum("amount_fen"),
        )
        .order_by("-total")[:SHOWN_TYPES]
    )
    rows = list(rows)
    types = ExceptionType.objects.in_bulk([row["ticket__type"] for row in rows])
    return [
        PaidRow(types[row["ticket__type"]], row["compensated"], row["refunded"], row["times"]) for row in rows
    ]


@dataclass(frozen=True)
class Today:
    """The whole page."""

    at: datetime
    stages: list[StageRow]
    longest: list[Order]
    zones: list[ZoneRow]
    hours: list[HourRow]
    clocks: list[ClockRow]
    types: Pareto
    heat: Heat
    paid: list[PaidRow]
    days: int


def today(campuses: list[Campus], *, days: int = 1) -> Today:
    """Everything for these campuses. `days` (1 or 7) is the span of tickets by type and of compensation."""
    now = clock.now()
    since = week(now) if days == 7 else clock.midnight(clock.local_day(now))
    return Today(
        at=now,
        stages=stages(campuses, now),
        longest=waiting_longest(campuses, now),
        zones=zones(campuses),
        hours=hours(campuses, now),
        clocks=clocks(campuses, now),
        types=by_type(campuses, since),
        heat=heat(campuses, now),
        paid=compensation(campuses, since),
        days=days,
    )
