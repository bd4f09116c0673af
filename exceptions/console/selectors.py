"""What the console reads. Everything takes the operator's campuses and asks a constant number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import HANDLERS
from campus.models import Campus, Zone
from core import clock
from core.phones import is_phone
from couriers.models import Courier
from exceptions.models import UNRESOLVED, ExceptionType, Ticket
from exceptions.tickets.cases import cases, gravest_first, leading
from orders.models import Order

# A clock that runs out within this is "about to".
SOON = timedelta(minutes=3)
MOST_ROWS = 200
TABS = {"all": _("All"), "mine": _("Mine"), "unclaimed": _("Unclaimed"), "done": _("Done today")}


def open_count(campuses: Iterable[Campus]) -> int:
    """How many cases are open: what operators have to do."""
    return cases(campuses).count()


def announced(campuses: list[Campus], nos: list[str], *, is_news: bool) -> list[Ticket]:
    """Of these open tickets those that a toast tells of, the gravest first: with news, or new. What the platform itself
    finds besides, of a case that something as grave leads already, rings nowhere: its row says so."""
    found = Ticket.objects.filter(campus__in=campuses, status__in=UNRESOLVED, no__in=nos)
    if is_news:
        found = found.exclude(news="")
    else:
        by_itself = [Ticket.Source.SCANNER, Ticket.Source.EVENT]
        found = found.filter(~Q(source__in=by_itself) | Q(pk__in=leading(found).order_by().values("pk")))
    found = found.select_related("type", "campus", "order__dropoff", "assignee")
    return list(found.order_by("severity", "respond_by"))


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
class Row:
    """One row: a case (its leading ticket, the others, the clock of all that runs out first), or one settled ticket."""

    ticket: Ticket
    others: list[Ticket]

    @property
    def no(self) -> str:
        return self.ticket.no

    @property
    def tickets(self) -> list[Ticket]:
        return [self.ticket, *self.others]

    @property
    def nos(self) -> list[str]:
        return [one.no for one in self.tickets]

    @cached_property
    def urgent(self) -> Ticket:
        """The ticket of the case whose clock runs out first."""
        return min(self.tickets, key=lambda ticket: (ticket.next_due, ticket.pk))

    @property
    def news(self) -> str:
        """What has come that no operator has acted upon, of the gravest ticket that has any."""
        return next((one.get_news_display() for one in self.tickets if one.news), "")

    @property
    def holder(self) -> User | None:
        """Whose it is; None while somebody has still to claim any of it."""
        return None if any(one.assignee_id is None for one in self.tickets) else self.ticket.assignee


@dataclass(frozen=True)
class Queue:
    """The rows of a tab, the clock that runs out next first, and how many each tab holds."""

    rows: list[Row]
    counts: dict[str, int]
    more: int

    @property
    def total(self) -> int:
        return self.counts["all"]


SHOWN_IN_ROW = (
    "type",
    "campus",
    "order__pickup",
    "order__dropoff__zone",
    "order__customer",
    "courier__user",
    "assignee",
)


def queue(campuses: list[Campus], user, filters: Filters) -> Queue:
    """Four queries, and up to four more to look a number up, however many cases.

    A case is shown where any ticket of it fits. Closed tickets pile up for years: only those of the last days are counted
    and listed, except when a number is looked for.
    """
    tickets = _narrowed(Ticket.objects.filter(campus__in=campuses), campuses, filters)
    today = clock.midnight(clock.today())
    open_now, settled = Q(status__in=UNRESOLVED), ~Q(status__in=UNRESOLVED)
    done = settled & Q(opened_at__gte=today - timedelta(days=8), resolved_at__gte=today)
    tabs = {"all": open_now, "mine": open_now & Q(assignee=user), "unclaimed": open_now & Q(assignee=None)}
    counts = tickets.filter(open_now).aggregate(
        **{name: Count("order", filter=condition, distinct=True) for name, condition in tabs.items()}
    )
    counts["done"] = tickets.filter(done).count()
    if filters.tab == "done":
        shown = [Row(one, []) for one in _with_order(tickets.filter(done).order_by("-resolved_at"))]
    else:
        led = Ticket.objects.filter(open_now, campus__in=campuses)
        if filters.is_narrow or filters.tab != "all":
            led = led.filter(order__in=tickets.filter(tabs[filters.tab]).order_by().values("order"))
        shown = _cases(_with_order(leading(led).order_by("case_due", "severity", "pk")))
        if filters.q and filters.tab == "all":
            found = _with_order(tickets.filter(settled).order_by("-pk"))
            shown = [*shown, *(Row(one, []) for one in found)][:MOST_ROWS]
    return Queue(shown, counts, max(counts[filters.tab] - MOST_ROWS, 0))


def _with_order(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The first of these, with what their rows show of other tables."""
    return tickets.select_related(*SHOWN_IN_ROW)[:MOST_ROWS]


def _cases(leads: Iterable[Ticket]) -> list[Row]:
    """The cases that these tickets lead, with their other tickets: one query more."""
    leads = list(leads)
    found = Ticket.objects.filter(
        order__in=[lead.order_id for lead in leads], status__in=UNRESOLVED
    ).select_related("type", "assignee")
    of_order: dict[int, list[Ticket]] = {}
    for ticket in found:
        of_order.setdefault(ticket.order_id, []).append(ticket)
    return [
        Row(lead, gravest_first(one for one in of_order.get(lead.order_id, []) if one.pk != lead.pk))
        for lead in leads
    ]


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
    ).exclude(order=ticket.order_id)  # those stand beside it: they are of the same case, or were
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
