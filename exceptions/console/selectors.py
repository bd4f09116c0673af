"""What the console reads. Everything takes the operator's campuses and asks a constant number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    Case,
    Count,
    Q,
    QuerySet,
    When,
)
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import HANDLERS
from campus.models import Campus, Zone
from core import clock
from core.phones import is_phone
from couriers.models import Courier
from exceptions.models import UNRESOLVED, ExceptionType, Ticket
from exceptions.tickets.selectors import is_echo, next_due
from orders.models import Order

# A clock that runs out within this is "about to".
SOON = timedelta(minutes=3)
MOST_ROWS = 100
TABS = {"all": _("All"), "mine": _("Mine"), "unclaimed": _("Unclaimed"), "done": _("Done today")}


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
            q=query.get("q", "").strip()[:20],
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
    return tickets.filter(found_by(filters.q, campuses)) if filters.q else tickets


def found_by(words: str, campuses: Collection[Campus]) -> Q:
    """Tickets of these words: a ticket's or order's number, somebody's name, or a whole phone number (which the caller
    writes down).

    Orders and people are looked up first: an OR over their tables would read all tickets there ever were.
    """
    number = words.upper()
    people = User.objects.filter(Q(phone=words) if is_phone(words) else Q(name__icontains=words))
    people_pks = list(people.order_by("-pk").values_list("pk", flat=True)[:MOST_ROWS])
    orders = Order.objects.filter(
        Q(no__startswith=number) | Q(customer__in=people_pks), campus__in=campuses
    ).order_by("-pk")
    return (
        Q(no=number)
        | Q(no__startswith=number, status__in=UNRESOLVED)
        | Q(order__in=list(orders.values_list("pk", flat=True)[:MOST_ROWS]))
        | Q(courier__in=list(Courier.objects.filter(user__in=people_pks).values_list("pk", flat=True)))
    )


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
