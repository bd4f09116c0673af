"""One case: the unresolved tickets of one order are one row in the queue and one page, the gravest leading.

Nothing of a case is stored. Each ticket of it keeps its clocks, its log and its steps; whoever handles one handles the case.
"""

from collections.abc import Iterable

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from campus.models import Campus
from core.db import for_update
from exceptions.models import UNRESOLVED, Ticket
from exceptions.tickets.selectors import next_due


def cases(campuses: Iterable[Campus]) -> QuerySet:
    """{order, due: the earliest clock of its tickets}, a row for each case. For counting: grouped once, not row by row."""
    tickets = Ticket.objects.filter(campus__in=list(campuses), status__in=UNRESOLVED)
    return tickets.order_by().values("order").annotate(due=Min(next_due()))


def leading(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those of these unresolved tickets that lead their case: the gravest, then whose clock runs out first.

    Annotated: `due`, and `case_due`, the earliest clock of the whole case.
    """
    same = Ticket.objects.filter(order=OuterRef("order"), status__in=UNRESOLVED).order_by()
    same = same.annotate(due=next_due())
    as_grave = Q(severity=OuterRef("severity"))
    before = (
        Q(severity__lt=OuterRef("severity"))
        | as_grave & Q(due__lt=OuterRef("due"))
        | as_grave & Q(due=OuterRef("due"), pk__lt=OuterRef("pk"))
    )
    earliest = same.values("order").annotate(earliest=Min("due")).values("earliest")
    return tickets.annotate(due=next_due(), case_due=Subquery(earliest)).filter(~Exists(same.filter(before)))


def gravest_first(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Unresolved tickets of one order, the leading one first."""
    return sorted(tickets, key=lambda ticket: (ticket.severity, ticket.next_due, ticket.pk))


def tickets_of(order_pk: int) -> list[Ticket]:
    """Every ticket of an order: its case, the leading one first, then what is settled, the latest first. One query."""
    found = list(Ticket.objects.filter(order=order_pk).select_related("type", "assignee").order_by("-pk"))
    settled = [ticket for ticket in found if not ticket.is_unresolved]
    return [*gravest_first(ticket for ticket in found if ticket.is_unresolved), *settled]


def others_for_update(ticket: Ticket) -> list[Ticket]:
    """The other tickets of its case, locked. Whoever asks holds the lock of their order."""
    found = for_update(
        Ticket.objects.filter(order=ticket.order_id, status__in=UNRESOLVED).exclude(pk=ticket.pk)
    )
    others = list(found.select_related("type", "campus", "leg", "courier__user", "assignee", "reporter"))
    for other in others:
        other.order = ticket.order
    return others
