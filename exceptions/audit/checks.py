"""What must hold for the orders of a campus: nothing lost, nothing twice, nobody left untold, every fen accounted for.

`found_in` is for an installation that runs: an order under way is well while some deadline or desk will come back to it.
`broken` is for a day that is over (the replay, the chaos run): nothing may be under way any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from campus.models import Campus
from core.models import HandlerRun, OutboxEvent
from exceptions.detection.alarms import SLIPS
from exceptions.models import PENDING, ExceptionType, Ticket
from orders.models import FINAL, Order, Status
from payments.models import Account
from payments.selectors import check_ledger

# Older orders have been looked at before.
LOOKS_BACK = timedelta(days=2)
# When somebody or something comes back to an order under way.
DEADLINES = ("pay_by", "release_at", "stage_due_at", "promise_due_at")
EXAMPLES = 5


@dataclass(frozen=True)
class Found:
    """`count` things that break the rule `check`; some of them by number."""

    check: str
    count: int
    examples: str = ""


def found_in(campus: Campus, now: datetime) -> Iterator[Found]:
    """What is wrong with the orders and tickets of a campus now."""
    orders = Order.objects.filter(campus=campus)
    recent = orders.filter(delivered_at__gte=now - LOOKS_BACK, delivered_at__lte=now - SLIPS)
    yield from _orders("lost", _under_way(orders).exclude(_comes_back(now)))
    yield from _orders("not_carried", _not_carried(recent))
    yield from _orders("twice_delivered", _twice_delivered(recent))
    if ExceptionType.objects.filter(code="overdue", is_active=True).exists():
        yield from _orders("late_untold", _late_untold(recent))
    tickets = Ticket.objects.filter(campus=campus)
    if count := _double(tickets):
        yield Found("ticket_twice", count)
    unlogged = tickets.filter(events__isnull=True, opened_at__gte=now - LOOKS_BACK)
    if numbers := list(unlogged.values_list("no", flat=True)):
        yield Found("ticket_unlogged", len(numbers), ", ".join(numbers[:EXAMPLES]))
    closed = orders.filter(
        closed_at__gte=now - LOOKS_BACK, closed_at__lte=now - SLIPS, status__in=[*FINAL, Status.DELIVERED]
    )
    if left := list(_escrow_left(closed).values_list("ref", flat=True)):
        yield Found("escrow_left", len(left), ", ".join(left[:EXAMPLES]))


def found_everywhere(now: datetime) -> Iterator[Found]:
    """What is wrong with the platform as a whole."""
    waiting = OutboxEvent.objects.filter(due_at__lt=now - SLIPS)
    if count := waiting.count():
        yield Found("undelivered", count)
    if count := _handled_twice():
        yield Found("handled_twice", count)
    if faults := check_ledger():
        yield Found("ledger", len(faults), "; ".join(faults[:EXAMPLES]))


def broken(campus: Campus, *, expected_orders: int | None = None) -> list[str]:
    """What is wrong with all orders of a campus whose day is over, in sentences for the operator of a run; empty is good."""
    orders, tickets = Order.objects.filter(campus=campus), Ticket.objects.filter(campus=campus)
    wrong = []
    if expected_orders is not None and (count := orders.count()) != expected_orders:
        wrong.append(f"{expected_orders} orders were placed, {count} are there")
    for found, words in (
        (_under_way(orders), "orders are neither finished nor on anyone's desk"),
        (_not_carried(orders), "delivered orders that nobody carried"),
        (_twice_delivered(orders), "orders were delivered twice"),
        (_late_untold(orders), "orders were late and nobody was told"),
        (tickets.filter(events__isnull=True), "tickets have no log"),
    ):
        if numbers := list(found.values_list("no", flat=True)):
            wrong.append(f"{len(numbers)} {words}: {numbers[:3]}")
    if double := _double(tickets):
        wrong.append(f"{double} orders have the same ticket twice")
    if count := HandlerRun.objects.filter(status=HandlerRun.Status.DEAD).count():
        wrong.append(f"{count} handlers have failed for good")
    if count := OutboxEvent.objects.filter(due_at__isnull=False).count():
        wrong.append(f"{count} events are undelivered")
    if count := _handled_twice():
        wrong.append(f"{count} events were handled twice")
    wrong += check_ledger()
    if left := _escrow_left(orders.filter(status__in=[*FINAL, Status.DELIVERED])).count():
        wrong.append(f"{left} finished orders have money left in escrow")
    return wrong


# -- One rule each ---------------------------------------------------------------------------------------------------


def _orders(check: str, orders: QuerySet[Order]) -> Iterator[Found]:
    if numbers := list(orders.values_list("no", flat=True)):
        yield Found(check, len(numbers), ", ".join(numbers[:EXAMPLES]))


def _under_way(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Neither finished nor on anyone's desk."""
    on_a_desk = Ticket.objects.filter(PENDING, order__in=orders).values("order")
    return orders.exclude(status__in=[*FINAL, Status.DELIVERED]).exclude(pk__in=on_a_desk)


def _comes_back(now: datetime) -> Q:
    """Some deadline is ahead, and none has passed unseen."""
    ahead = passed = Q()
    for column in DEADLINES:
        ahead |= Q(**{f"{column}__isnull": False})
        passed |= Q(**{f"{column}__lt": now - SLIPS})
    return ahead & ~passed


def _not_carried(orders: QuerySet[Order]) -> QuerySet[Order]:
    return orders.filter(status__in=[Status.DELIVERED, Status.COMPLETED]).exclude(legs__status="done")


def _twice_delivered(orders: QuerySet[Order]) -> QuerySet[Order]:
    done = Count("legs", filter=Q(legs__status="done", legs__sequence=1))
    return orders.annotate(carried=done).filter(carried__gt=1)


def _late_untold(orders: QuerySet[Order]) -> QuerySet[Order]:
    return orders.filter(delivered_at__gt=F("late_from") + SLIPS).exclude(tickets__type="overdue")


def _double(tickets: QuerySet[Ticket]) -> int:
    """How many (order, type) have two tickets that are not resolved."""
    open_ = tickets.filter(PENDING).values("order", "type")
    return open_.annotate(n=Count("pk")).filter(n__gt=1).count()


def _handled_twice() -> int:
    return HandlerRun.objects.values("event", "handler").annotate(n=Count("pk")).filter(n__gt=1).count()


def _escrow_left(orders: QuerySet[Order]) -> QuerySet[Account]:
    return Account.objects.filter(kind=Account.Kind.ESCROW, ref__in=orders.values("no")).exclude(balance=0)
