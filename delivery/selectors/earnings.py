"""What a courier has earned, job by job."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet, Sum

import payments.services as money
from core import clock
from couriers.models import Courier
from delivery.models import EARNED, PAID, Leg
from payments.models import Account


@dataclass(frozen=True)
class Earnings:
    """Figures in fen. `held` becomes `withdrawable` 24 hours after the customer has confirmed (or the
    clock for them), once nothing is open: see orders.services.completion."""

    today_fen: int
    today_jobs: int
    week_fen: int
    week_jobs: int
    held_fen: int
    withdrawable_fen: int


def earnings(courier: Courier) -> Earnings:
    """Today and this week (from Monday), and the two balances. Constant queries."""
    today = clock.today()
    midnight = clock.midnight(today)
    monday = clock.midnight(today - timedelta(days=today.weekday()))
    figures = Leg.objects.filter(courier=courier, status__in=PAID, ended_at__gte=monday).aggregate(
        week=Sum(EARNED),
        jobs=Count("pk"),
        today=Sum(EARNED, filter=Q(ended_at__gte=midnight)),
        today_jobs=Count("pk", filter=Q(ended_at__gte=midnight)),
    )
    return Earnings(
        today_fen=figures["today"] or 0,
        today_jobs=figures["today_jobs"],
        week_fen=figures["week"] or 0,
        week_jobs=figures["jobs"],
        held_fen=money.balance(Account.Kind.COURIER_EARNINGS, user=courier.user),
        withdrawable_fen=money.balance(Account.Kind.COURIER_WITHDRAWABLE, user=courier.user),
    )


def done_jobs(courier: Courier) -> QuerySet[Leg]:
    """Finished jobs, newest first, with `earned_fen`."""
    return (
        Leg.objects.filter(courier=courier, status__in=PAID)
        .select_related("order", "pickup", "dropoff")
        .annotate(earned_fen=EARNED)
        .order_by("-ended_at", "-pk")
    )
