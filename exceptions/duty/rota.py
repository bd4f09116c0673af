"""Reading the rota: who is meant to be there, and where customer service answers and nobody is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from accounts.models import User
from campus.calendar import calendar_of
from campus.models import Campus
from core import clock
from exceptions.duty.models import RotaEntry


@dataclass(frozen=True)
class Shift:
    """One stretch of duty. `day` is the one on which it begins."""

    entry: RotaEntry
    day: date
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Gap:
    """Customer service answers, the group has a rota, and nobody of it is on."""

    group: str
    start: datetime
    end: datetime

    @property
    def group_label(self) -> str:
        return str(RotaEntry.Group(self.group).label)


def shifts(campus: Campus, first: date, last: date) -> list[Shift]:
    """All that begin on these days, in order. One query besides the calendar's."""
    entries = RotaEntry.objects.filter(campus=campus, first_day__lte=last).select_related("user")
    entries = entries.filter(Q(last_day=None) | Q(last_day__gte=first), user__is_active=True)
    calendar = calendar_of(campus.pk)
    found = [
        Shift(entry, day, start, end)
        for entry in entries
        for day in days(first, last)
        if entry.first_day <= day and (entry.last_day is None or day <= entry.last_day)
        for start, end in entry.hours.of_day(day, calendar)
    ]
    return sorted(found, key=lambda shift: (shift.start, shift.end, shift.entry.pk))


def on_rota(campus: Campus, group: str, at: datetime) -> list[User]:
    """Who of a group is meant to be there now."""
    today = clock.local_day(at)
    around = shifts(campus, today - timedelta(days=1), today)
    people = {
        shift.entry.user_id: shift.entry.user
        for shift in around
        if shift.entry.group == group and shift.start <= at < shift.end
    }
    return [people[pk] for pk in sorted(people)]


def gaps(campus: Campus, start: datetime, end: datetime) -> list[Gap]:
    """Where nobody of a group is on between two moments while customer service answers. Groups for which nobody ever made a
    rota have none."""
    groups = set(RotaEntry.objects.filter(campus=campus).values_list("group", flat=True))
    if not groups:
        return []
    first, last = clock.local_day(start) - timedelta(days=1), clock.local_day(end)
    calendar, planned = calendar_of(campus.pk), shifts(campus, first, last)
    answers = [
        (max(begin, start), min(finish, end))
        for day in days(first, last)
        for begin, finish in campus.service_hours.of_day(day, calendar)
        if begin < end and start < finish
    ]
    return [
        Gap(group, begin, finish)
        for group in RotaEntry.Group.values
        if group in groups
        for begin, finish in uncovered(
            answers, [(shift.start, shift.end) for shift in planned if shift.entry.group == group]
        )
    ]


def uncovered(
    wanted: Iterable[tuple[datetime, datetime]], covered: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """The parts of `wanted` that no span of `covered` (in the order of their starts) covers, those that touch as one."""
    found: list[tuple[datetime, datetime]] = []
    for start, end in wanted:
        cursor = start
        for begin, finish in covered:
            if finish <= cursor:
                continue
            if begin >= end:
                break
            if begin > cursor:
                _add(found, cursor, begin)
            cursor = max(cursor, finish)
        if cursor < end:
            _add(found, cursor, end)
    return found


def _add(found: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> None:
    if found and found[-1][1] == start:
        found[-1] = (found[-1][0], end)
    else:
        found.append((start, end))


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
