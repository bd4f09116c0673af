"""The strip of figures above the queue: today until now, as it is and not as it flatters."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import (
    Avg,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from campus.models import Campus
from core import clock
from couriers.models import Courier
from exceptions.console.selectors import SOON
from exceptions.models import UNRESOLVED, Ruling, Ticket, TicketStatus
from exceptions.tickets.cases import cases
from orders.models import LIVE, Order


@dataclass(frozen=True)
class Kpis:
    """Today until now (cases, not tickets), and the same figures for the whole of yesterday where a comparison makes sense.

    Durations are timedeltas, rates percent with one digit, money fen; None where nothing has happened yet.
    """

    open: int
    late: int
    soon: int
    unanswered: int
    response: timedelta | None
    response_before: timedelta | None
    on_time: float | None
    on_time_before: float | None
    due: int
    live: int
    live_late: int
    on_duty: int
    couriers: int
    paid: int
    payments: int
    at: datetime = field(default_factory=clock.now)

    @property
    def response_text(self) -> str:
        """Minutes and seconds: 1:48."""
        if self.response is None:
            return "—"
        minutes, seconds = divmod(round(self.response.total_seconds()), 60)
        return f"{minutes}:{seconds:02d}"

    @property
    def response_change_abs(self) -> int:
        return abs(self.response_change or 0)

    @property
    def on_time_change_abs(self) -> float:
        return abs(self.on_time_change or 0)

    @property
    def response_change(self) -> int | None:
        """Percent against yesterday; negative is faster."""
        if not self.response or not self.response_before:
            return None
        return round(100 * (self.response / self.response_before - 1))

    @property
    def on_time_change(self) -> float | None:
        """Percentage points against yesterday."""
        if self.on_time is None or self.on_time_before is None:
            return None
        return round(self.on_time - self.on_time_before, 1)


def kpis(campuses: list[Campus]) -> Kpis:
    """The strip above the queue. Six queries."""
    now = clock.now()
    today = clock.midnight(clock.local_day(now))
    clocks = (
        cases(campuses)
        .annotate(waiting=Count("pk", filter=Q(responded_at__isnull=True)))
        .aggregate(
            open=Count("order"),
            late=Count("order", filter=Q(due__lte=now)),
            soon=Count("order", filter=Q(due__gt=now, due__lte=now + SOON)),
            unanswered=Count("order", filter=Q(waiting__gt=0)),
        )
    )
    response, response_before = _first_response(campuses, today, now)
    punctual = _punctuality(campuses, today, now)
    live = Order.objects.filter(campus__in=campuses, status__in=LIVE).aggregate(
        live=Count("pk"), live_late=Count("pk", filter=Q(late_from__lt=now))
    )
    couriers = Courier.objects.filter(campus__in=campuses, status=Courier.Status.ACTIVE).aggregate(
        couriers=Count("pk"), on_duty=Count("pk", filter=Q(on_duty=True))
    )
    paid = Ruling.objects.filter(
        ticket__campus__in=campuses,
        kind__in=[Ruling.Kind.COMPENSATION, Ruling.Kind.REFUND],
        created_at__gte=today,
    ).aggregate(fen=Sum("amount_fen"), count=Count("pk"))
    return Kpis(
        **clocks,
        response=response,
        response_before=response_before,
        **punctual,
        **live,
        **couriers,
        paid=paid["fen"] or 0,
        payments=paid["count"],
        at=now,
    )


def _first_response(
    campuses: list[Campus], today: datetime, now: datetime
) -> tuple[timedelta | None, timedelta | None]:
    """Mean time from opening to the first answer of tickets opened today, and of yesterday's. One that nobody has
    answered counts as long as it has waited until now."""
    took = ExpressionWrapper(
        Coalesce("responded_at", Value(now)) - F("opened_at"), output_field=DurationField()
    )
    means = (
        Ticket.objects.filter(campus__in=campuses, opened_at__gte=today - timedelta(days=1))
        .filter(Q(responded_at__isnull=False) | Q(status__in=UNRESOLVED))
        .exclude(status__in=[TicketStatus.DISMISSED, TicketStatus.MERGED])
        .aggregate(
            now=Avg(took, filter=Q(opened_at__gte=today)), before=Avg(took, filter=Q(opened_at__lt=today))
        )
    )
    return means["now"], means["before"]


def _punctuality(campuses: list[Campus], today: datetime, now: datetime) -> dict:
    """On-time rate of what was to be there today until now, delivered or not, and of what was yesterday.

    What has arrived before its time counts as soon as it has. `created_at` is in it for the index: what is due now was
    ordered in the last days.
    """
    yesterday = today - timedelta(days=1)
    in_time = Q(delivered_at__lte=F("late_from"))
    is_due = Q(late_from__lte=now) | Q(delivered_at__isnull=False)
    figures = (
        Order.objects.filter(is_due, campus__in=campuses, created_at__gte=today - timedelta(days=8))
        .filter(Q(delivered_at__isnull=False) | Q(status__in=LIVE))
        .annotate(day=Coalesce("delivered_at", Value(now)))
        .filter(day__gte=yesterday)
        .aggregate(
            due=Count("pk", filter=Q(day__gte=today)),
            in_time=Count("pk", filter=Q(day__gte=today) & in_time),
            before=Count("pk", filter=Q(day__lt=today)),
            before_in_time=Count("pk", filter=Q(day__lt=today) & in_time),
        )
    )
    return {
        "due": figures["due"],
        "on_time": rate(figures["in_time"], figures["due"]),
        "on_time_before": rate(figures["before_in_time"], figures["before"]),
    }


def rate(part: int, whole: int) -> float | None:
    """Percent with one digit; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
