"""Years whose holidays were not announced when this version was made: said, asked for, and confirmed by hand."""

from datetime import date

from django.db import transaction

from campus.calendar.official import is_announced
from campus.events import CalendarYearMissing
from campus.models import CalendarYear, Campus
from core import clock, outbox
from core.health import health_fact

# The State Council announces next year's holidays in autumn; from this day on the next year is asked for.
ASKED_FROM = (11, 15)  # month, day


def years_needed(today: date) -> list[int]:
    """The years that have to be known on a day: its own, and towards its end the next."""
    return [today.year, *([today.year + 1] if (today.month, today.day) >= ASKED_FROM else [])]


def missing_year(campus_id: int, year: int) -> bool:
    """Whether the year's holidays and make-up workdays are neither announced nor entered in full."""
    if is_announced(year):
        return False
    return not CalendarYear.objects.filter(campus=campus_id, year=year, confirmed_at__isnull=False).exists()


def missing_years(campus_id: int) -> list[int]:
    """Those of the years needed today that are missing."""
    return [year for year in years_needed(clock.today()) if missing_year(campus_id, year)]


@health_fact("calendar_missing")
def missing_everywhere() -> list[int]:
    """The years that are missing on any campus in use."""
    campuses = Campus.objects.filter(is_active=True).values_list("pk", flat=True)
    return sorted(
        year
        for year in years_needed(clock.today())
        if not is_announced(year) and any(missing_year(campus, year) for campus in campuses)
    )


@transaction.atomic
def confirm_year(*, campus: Campus, year: int, is_complete: bool = True) -> CalendarYear:
    """An operator has entered all days off and make-up workdays of the year (or takes that back)."""
    row, _made = CalendarYear.objects.get_or_create(campus=campus, year=year)
    row.confirmed_at = clock.now() if is_complete else None
    row.save(update_fields=["confirmed_at"])
    return row


def watch_years() -> int:
    """Beat: tell the supervisors of each campus of a year that is missing, once a year and campus. Returns how many."""
    count = 0
    for campus_id in Campus.objects.filter(is_active=True).values_list("pk", flat=True):
        for year in missing_years(campus_id):
            count += _notify(campus_id, year)
    return count


@transaction.atomic
def _notify(campus_id: int, year: int) -> bool:
    row, _made = CalendarYear.objects.get_or_create(campus_id=campus_id, year=year)
    # Of two processes one finds it untold.
    if not CalendarYear.objects.filter(pk=row.pk, notified_at=None).update(notified_at=clock.now()):
        return False
    outbox.emit(CalendarYearMissing(campus=campus_id, year=year))
    return True
