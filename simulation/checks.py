"""Whether a day came out right: nothing lost, nothing twice, every fen accounted for."""

from datetime import timedelta

from django.db.models import Count, F, Q

from campus.models import Campus
from core.models import HandlerRun, OutboxEvent
from exceptions.models import UNRESOLVED, Ticket
from orders.models import FINAL, Order, Status
from payments.models import Account
from payments.selectors import check_ledger

# The scanner looks once a period; an order that is late by less than this may have slipped between two looks.
GRACE = timedelta(minutes=3)


def broken(campus: Campus, *, expected_orders: int | None = None) -> list[str]:
    """What is wrong with all orders of a campus, in sentences for the operator of a run; empty is good."""
    return [*_orders(campus, expected_orders), *_tickets(campus), *_events(), *_money(campus)]


def _orders(campus: Campus, expected: int | None):
    orders = Order.objects.filter(campus=campus)
    if expected is not None and (count := orders.count()) != expected:
        yield f"{expected} orders were placed, {count} are there"
    lost = (
        orders.exclude(status__in=[*FINAL, Status.DELIVERED])
        .exclude(tickets__status__in=UNRESOLVED)
        .distinct()
    )
    if count := lost.count():
        yield f"{count} orders are neither finished nor on anyone's desk: {[o.no for o in lost[:3]]}"
    without_leg = orders.filter(status__in=[Status.DELIVERED, Status.COMPLETED]).exclude(legs__status="done")
    if count := without_leg.count():
        yield f"{count} delivered orders that nobody carried"
    twice = (
        orders.annotate(done=Count("legs", filter=Q(legs__status="done"))).filter(done__gt=1)
    )  # fmt: skip
    if count := twice.count():
        yield f"{count} orders were delivered twice"


def _tickets(campus: Campus):
    tickets = Ticket.objects.filter(campus=campus)
    double = (
        tickets.filter(status__in=UNRESOLVED)
        .values("order", "type")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .count()
    )
    if double:
        yield f"{double} orders have the same ticket twice"
    late = Order.objects.filter(campus=campus, delivered_at__gt=F("promised_at") + GRACE)
    unseen = late.exclude(tickets__type="overdue").count()
    if unseen:
        yield f"{unseen} orders were late and nobody was told"
    if count := tickets.filter(events__isnull=True).count():
        yield f"{count} tickets have no log"


def _events():
    if count := HandlerRun.objects.filter(status=HandlerRun.Status.PARKED).count():
        yield f"{count} handlers have failed for good"
    if count := OutboxEvent.objects.filter(due_at__isnull=False).count():
        yield f"{count} events are undelivered"
    if count := HandlerRun.objects.values("event", "handler").annotate(n=Count("pk")).filter(n__gt=1).count():
        yield f"{count} events were handled twice"


def _money(campus: Campus):
    yield from check_ledger()
    final = Order.objects.filter(campus=campus, status__in=[*FINAL, Status.DELIVERED]).values("no")
    left = Account.objects.filter(kind=Account.Kind.ESCROW, ref__in=final).exclude(balance=0).count()
    if left:
        yield f"{left} finished orders have money left in escrow"
