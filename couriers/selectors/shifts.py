"""The shifts of a week as one courier sees them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from campus.models import Admits, Zone
from core import clock
from couriers.models import Courier, Shift, ShiftAssignment
from couriers.services.duty import worked_today
from couriers.services.shifts import GIVE_BACK_BEFORE

DAYS = 7


@dataclass(frozen=True)
class Day:
    """A day of the week ahead. `mine`: half hours that the courier has taken; `free`: with a place left."""

    date: date
    mine: int
    free: int


@dataclass(frozen=True)
class ShiftsPage:
    """`zones`: [(zone, shifts of the chosen day)…]; each shift has `left`, `is_mine` and `may_return`.
    `next`: the courier's next shift; `worked`: duty today."""

    days: list[Day]
    day: date
    zones: list[tuple[Zone, list[Shift]]]
    next: ShiftAssignment | None
    worked: timedelta


def shifts_page(courier: Courier, day: date | None = None) -> ShiftsPage:
    """The week from today, and the shifts of one day in it: the first that has some, unless told. Constant queries."""
    now = clock.now()
    today = clock.local_day(now)
    shifts = list(_open(courier, now))
    first = min((shift.starts_at for shift in shifts), default=now)
    chosen = day if day and today <= day < today + timedelta(days=DAYS) else clock.local_day(first)
    for shift in shifts:
        shift.left = max(shift.places - shift.taken, 0)
        shift.may_return = shift.starts_at - now >= GIVE_BACK_BEFORE
    days, zones = [], {}
    for n in range(DAYS):
        here = today + timedelta(days=n)
        of_day = [shift for shift in shifts if clock.local_day(shift.starts_at) == here]
        days.append(
            Day(here, sum(s.is_mine for s in of_day), sum(s.left > 0 and not s.is_mine for s in of_day))
        )
        if here == chosen:
            for shift in of_day:
                zones.setdefault(shift.zone, []).append(shift)
    coming = courier.assignments.filter(starts_at__gt=now - timedelta(minutes=30)).select_related(
        "shift__zone"
    )
    return ShiftsPage(
        days, chosen, list(zones.items()), coming.first(), worked_today([courier], now)[courier.pk]
    )


def _open(courier: Courier, now: datetime) -> QuerySet[Shift]:
    """Shifts of the week ahead, in zones that admit the courier."""
    mine = ShiftAssignment.objects.filter(shift=OuterRef("pk"), courier=courier)
    return (
        Shift.objects.filter(
            campus=courier.campus_id, starts_at__gt=now, starts_at__lt=now + timedelta(days=DAYS),
            zone__admits__in=[Admits.ANY, courier.gender],
        )
        .select_related("zone")
        .annotate(taken=Count("assignments"), is_mine=Exists(mine))
        .order_by("zone__code", "starts_at")
    )  # fmt: skip
