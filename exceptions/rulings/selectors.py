"""What a ticket is worth by the campus's rules, and what stands against a courier."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from core import clock
from couriers.models import Courier
from exceptions.library import compensation
from exceptions.models import Ruling, Ticket
from exceptions.rulings.giving import given_for

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
    given = given_for(order)
    left = given.left_fen
    if written_off:  # what is still paid will go back with it
        left = max(left - (given.paid_fen - given.back_fen), 0)
    return compensation.Facts(
        minutes_late=int(order.lateness(now or clock.now()).total_seconds() // 60),
        goods_fen=goods,
        fee_fen=order.fee_fen,
        paid_fen=given.compensated_for(ticket.type_id),
        left_fen=left,
    )


def owed(ticket: Ticket, grade: str = "", now: datetime | None = None, *, written_off: bool = False) -> int:
    """What the rule gives the customer for this ticket now, in fen; 0 without a rule. The rule is the one that was live
    when the ticket was opened."""
    rule = ticket.compensation_rule
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
