"""What the console reads. Everything takes the operator's campuses and asks a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import (
    Avg,
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import HANDLERS
from campus.models import Campus, Zone
from core import clock
from couriers.models import Courier
from exceptions.models import UNRESOLVED, ExceptionType, Ruling, Ticket, TicketStatus
from exceptions.tickets.selectors import is_echo
from orders.models import LIVE, Order

# A clock that runs out within this is "about to".
SOON = timedelta(minutes=3)
MOST_ROWS = 100
TABS = {"all": _("All"), "mine": _("Mine"), "unclaimed": _("Unclaimed"), "done": _("Done today")}


def next_due() -> Case:
    """`Ticket.next_due` as an expression: the clock that runs out next."""
    return Case(
        When(status=TicketStatus.WAITING_PARTY, then=F("answer_by")),
        When(responded_at__isnull=False, then=F("resolve_by")),
        default=Least("respond_by", "resolve_by"),
    )


def unresolved(campuses: Iterable[Campus]) -> QuerySet[Ticket]:
    """What operators have to do: one trouble is one ticket (`tickets.selectors.is_echo`)."""
    return Ticket.objects.filter(campus__in=list(campuses), status__in=UNRESOLVED).exclude(is_echo())


def open_count(campuses: Iterable[Campus]) -> int:
    return unresolved(campuses).count()


# -- The queue ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the operator wants to see. Unknown values count as none."""

    tab: str = "all"
    severity: int | None = None
    type: str = ""
    zone: int | None = None
    q: str = ""

    @classmethod
    def read(cls, query) -> "Filters":
        """From a query string."""

        def number(name):
            value = query.get(name, "")
            return int(value) if value.isdecimal() and len(value) < 10 else None

        tab = query.get("tab", "all")
        return cls(
            tab=tab if tab in TABS else "all",
            severity=number("severity"),
            type=query.get("type", "")[:32],
            zone=number("zone"),
            q=query.get("q", "").strip().upper()[:20],
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.severity or self.type or self.zone or self.q)


@dataclass(frozen=True)
class Queue:
    """The rows of a tab, the clock that runs out next first, and how many each tab holds."""

    rows: list[Ticket]
    counts: dict[str, int]
    more: int

    @property
    def total(self) -> int:
        return self.counts["all"]


def queue(campuses: list[Campus], user, filters: Filters) -> Queue:
    """Three queries, one more to look a number up, however many tickets.

    Closed tickets pile up for years: only unresolved ones and those of the last days are counted and listed, except
    when a number is looked for.
    """
    tickets = _narrowed(Ticket.objects.filter(campus__in=campuses).exclude(is_echo()), campuses, filters)
    today = clock.midnight(clock.today())
    is_open = Q(status__in=UNRESOLVED)
    done = ~is_open & Q(opened_at__gte=today - timedelta(days=8), resolved_at__gte=today)
    tabs = {
        "all": is_open,
        "mine": is_open & Q(assignee=user),
        "unclaimed": is_open & Q(assignee__isnull=True),
    }
    counts = tickets.filter(is_open).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in tabs.items()}
    )
    counts["done"] = tickets.filter(done).count()
    wanted = Q() if filters.q and filters.tab == "all" else tabs.get(filters.tab, done)
    rows = (
        tickets.filter(wanted)
        .annotate(due=next_due(), rank=Case(When(is_open, then=0), default=1))
        .select_related(
            "type",
            "campus",
            "order__pickup",
            "order__dropoff__zone",
            "order__customer",
            "courier__user",
            "assignee",
        )
    )
    order = ["-resolved_at"] if filters.tab == "done" else ["rank", "due", "severity", "pk"]
    rows = list(rows.order_by(*order)[:MOST_ROWS])
    return Queue(rows, counts, max(counts[filters.tab] - MOST_ROWS, 0))


def _narrowed(tickets: QuerySet[Ticket], campuses: list[Campus], filters: Filters) -> QuerySet[Ticket]:
    if filters.severity:
        tickets = tickets.filter(severity=filters.severity)
    if filters.type:
        tickets = tickets.filter(type=filters.type)
    if filters.zone:
        tickets = tickets.filter(order__dropoff__zone=filters.zone)
    if filters.q:
        # The orders are looked up first: an OR over two tables would read all tickets there ever were.
        orders = Order.objects.filter(campus__in=campuses, no__startswith=filters.q)
        tickets = tickets.filter(
            Q(no=filters.q)
            | Q(no__startswith=filters.q, status__in=UNRESOLVED)
            | Q(order__in=list(orders.values_list("pk", flat=True)[:MOST_ROWS]))
        )
    return tickets


@dataclass(frozen=True)
class Choices:
    """What the filters offer: only what these campuses have."""

    severities: list[tuple[int, str]]
    types: list[ExceptionType]
    zones: list[Zone]


def choices(campuses: list[Campus]) -> Choices:
    """Two queries."""
    return Choices(
        severities=[(severity.value, severity.label) for severity in ExceptionType.Severity],
        types=list(ExceptionType.objects.filter(is_active=True)),
        zones=list(Zone.objects.filter(campus__in=campuses).order_by("campus", "code")),
    )


# -- The strip of figures ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kpis:
    """Today until now, and the same figures for the whole of yesterday where a comparison makes sense.

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
    tickets = unresolved(campuses).annotate(due=next_due())
    clocks = tickets.aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(due__lte=now)),
        soon=Count("pk", filter=Q(due__gt=now, due__lte=now + SOON)),
        unanswered=Count("pk", filter=Q(responded_at__isnull=True)),
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
        .exclude(status=TicketStatus.DISMISSED)
        .exclude(is_echo())
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


# -- One ticket --------------------------------------------------------------------------------------------


# What a ticket's page shows of other tables.
SHOWN_WITH = (
    "type",
    "compensation_rule",
    "campus",
    "assignee",
    "reporter",
    "courier__user",
    "leg__courier__user",
    "order__campus",
    "order__customer",
    "order__pickup",
    "order__dropoff__zone",
)


def get_ticket(campuses: list[Campus], no: str) -> Ticket:
    """The ticket with all that its page shows of its order; 404 for another campus's, as for one that is not there."""
    try:
        return Ticket.objects.select_related(*SHOWN_WITH).get(no=no, campus__in=campuses)
    except Ticket.DoesNotExist:
        raise Http404 from None


@dataclass(frozen=True)
class Past:
    """Earlier tickets of the people concerned, newest first, and how many each has had in ninety days."""

    rows: list[Ticket]
    customer: int
    courier: int


def past(ticket: Ticket, limit: int = 6) -> Past:
    """Two queries."""
    since = clock.now() - timedelta(days=90)
    of_customer = Q(order__customer=ticket.order.customer_id)
    of_courier = Q(courier=ticket.courier_id) if ticket.courier_id else Q(pk__in=[])
    others = Ticket.objects.filter(
        of_customer | of_courier, campus=ticket.campus_id, opened_at__gte=since
    ).exclude(pk=ticket.pk)
    counts = others.aggregate(
        customer=Count("pk", filter=of_customer), courier=Count("pk", filter=of_courier)
    )
    rows = others.select_related("type", "order__customer", "courier__user").prefetch_related("rulings")
    return Past(list(rows.order_by("-opened_at")[:limit]), **counts)


def colleagues(ticket: Ticket) -> list:
    """Whom the ticket may be given to: operators of its campus who act on tickets."""
    return list(
        User.objects.filter(
            is_staff=True,
            is_active=True,
            staff_roles__campus=ticket.campus_id,
            staff_roles__role__in=HANDLERS,
        )
        .distinct()
        .order_by("name")
    )
