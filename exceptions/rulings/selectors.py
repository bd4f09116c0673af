"""What a ticket is worth by the campus's rules, and what stands against a courier."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from core import clock
from couriers.models import Courier
from exceptions.library import compensation
from exceptions.models import CompensationRule, Ruling, Ticket

# A warning of this age counts no more: the next one is a first one again.
OFFENCE_DAYS = 90


def compensation_facts(
    ticket: Ticket, now: datetime | None = None, *, written_off: bool = False
) -> compensation.Facts:
    """What a compensation of this ticket depends on. Where the order is (or would be) written off, what the goods
    cost goes back with the rest that was paid: only what they are worth beyond that is still lost."""
    order = ticket.order
    goods = order.goods_cost_fen or order.goods_value_fen
    if written_off or order.is_written_off:
        goods = max(order.goods_value_fen - order.budget_fen, 0)
    paid = Ruling.objects.filter(
        ticket__order=order, ticket__type=ticket.type_id, kind=Ruling.Kind.COMPENSATION
    ).aggregate(fen=Sum("amount_fen"))["fen"]
    return compensation.Facts(
        minutes_late=int(order.lateness(now or clock.now()).total_seconds() // 60),
        goods_fen=goods,
        fee_fen=order.fee_fen,
        paid_fen=paid or 0,
    )


def live_rule(ticket: Ticket) -> CompensationRule | None:
    """The campus's present rule for this type of exception."""
    return CompensationRule.objects.live().filter(campus=ticket.campus_id, type=ticket.type_id).first()


def live_rules(campuses: Collection[int], types: Collection[str]) -> dict[tuple[int, str], CompensationRule]:
    """The present rules of these campuses and types, by both."""
    rules = CompensationRule.objects.live().filter(campus__in=campuses, type__in=types)
    return {(rule.campus_id, rule.type_id): rule for rule in rules}


def owed(ticket: Ticket, grade: str = "", now: datetime | None = None, *, written_off: bool = False) -> int:
    """What the rule gives the customer for this ticket now, in fen; 0 without a rule."""
    rule = live_rule(ticket)
    if rule is None:
        return 0
    facts = compensation_facts(ticket, now, written_off=written_off)
    return compensation.amount(rule.formula, rule.params, rule.cap_fen, facts, grade)


def offences(courier: Courier, now: datetime | None = None) -> QuerySet[Ruling]:
    """Warnings and points of the last ninety days that still stand, the newest first."""
    since = (now or clock.now()) - timedelta(days=OFFENCE_DAYS)
    return courier.rulings.filter(
        kind__in=[Ruling.Kind.WARNING, Ruling.Kind.POINTS], revoked_at__isnull=True, created_at__gte=since
    ).order_by("-id")
