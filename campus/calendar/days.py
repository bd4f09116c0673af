"""What a day is on a campus, and by which row of the week it is served."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campus.calendar.official import OfficialDay, official_days
from campus.models import CalendarEntry
from core.hours import HOLIDAY

MAKEUP_AS = 1  # a make-up workday of which nobody has said whose hours it has


class DayKind(TextChoices):
    WORKDAY = "workday", _("workday")
    WEEKEND = "weekend", _("weekend")
    DAY_OFF = "day_off", _("day off")
    MAKEUP = "makeup", _("make-up workday")


@dataclass(frozen=True)
class Day:
    """A day of a campus. `row` is that of the week's hours: 1 (Monday) to 7, or HOLIDAY."""

    date: date
    kind: DayKind
    row: int
    names: tuple[str, ...] = ()  # of what makes it so, and of exams
    is_exam: bool = False
    is_term: bool = False


class CampusCalendar:
    """The days of one campus. Called with a day it gives the row of the week; the entries are read once, when needed."""

    def __init__(self, campus_id: int) -> None:
        self.campus_id = campus_id

    @cached_property
    def entries(self) -> list[CalendarEntry]:
        return list(CalendarEntry.objects.filter(campus=self.campus_id))

    def __call__(self, day: date) -> int:
        return self._kind(day, self._entries_of(day))[1]

    def day(self, day: date) -> Day:
        """Everything that is known of a day."""
        own = self._entries_of(day)
        kind, row, names = self._kind(day, own)
        exams = [entry.name for entry in own if entry.kind == CalendarEntry.Kind.EXAM]
        return Day(
            day,
            kind,
            row,
            (*names, *exams),
            is_exam=bool(exams),
            is_term=any(entry.kind == CalendarEntry.Kind.TERM for entry in own),
        )

    def days(self, first: date, last: date) -> list[Day]:
        return [self.day(first + timedelta(days=n)) for n in range((last - first).days + 1)]

    def _entries_of(self, day: date) -> list[CalendarEntry]:
        return [entry for entry in self.entries if entry.first_day <= day <= entry.last_day]

    def _kind(self, day: date, own: list[CalendarEntry]) -> tuple[DayKind, int, tuple[str, ...]]:
        for entry in own:
            if entry.kind == CalendarEntry.Kind.MAKEUP:
                return DayKind.MAKEUP, entry.stands_for or MAKEUP_AS, (entry.name,)
        for entry in own:
            if entry.kind == CalendarEntry.Kind.DAY_OFF:
                return DayKind.DAY_OFF, HOLIDAY, (entry.name,)
        official: OfficialDay | None = official_days(day.year).get(day)
        if official is None:
            weekday = day.isoweekday()
            return (DayKind.WEEKEND if weekday > 5 else DayKind.WORKDAY), weekday, ()
        if official.is_off:
            return DayKind.DAY_OFF, HOLIDAY, (official.name,)
        return DayKind.MAKEUP, MAKEUP_AS, (official.name,)


def calendar_of(campus_id: int) -> CampusCalendar:
    """The calendar by which hours of this campus are served. Costs a query when it is first asked."""
    return CampusCalendar(campus_id)
