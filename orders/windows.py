"""The half-hour windows for which an errand can be booked."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

ASAP = "asap"
HALF_HOUR = timedelta(minutes=30)
# Nobody is asked to carry things before or after: dorms are shut.
OPENS, CLOSES = time(7, 0), time(23, 0)
DAYS = 4  # today and the three days ahead
# A courier has to be found and to walk there first.
NOTICE = timedelta(minutes=30)


def windows(now: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """The windows that can be booked at `now`, by day: [("Today", [("2026-11-24T12:00:00+08:00", "12:00–12:30"), …])]."""
    local = timezone.localtime(now)
    days = []
    for ahead in range(DAYS):
        day = (local + timedelta(days=ahead)).date()
        start = timezone.make_aware(datetime.combine(day, OPENS))
        end = timezone.make_aware(datetime.combine(day, CLOSES))
        slots = []
        while start + HALF_HOUR <= end:
            if now + NOTICE <= start <= now + timedelta(days=3):
                slots.append((start.isoformat(), f"{start:%H:%M}–{start + HALF_HOUR:%H:%M}"))
            start += HALF_HOUR
        if slots:
            days.append((_day(ahead, slots[0][0]), slots))
    return days


def _day(ahead: int, first: str) -> str:
    named = {0: _("Today"), 1: _("Tomorrow")}
    date = date_format(datetime.fromisoformat(first), "MONTH_DAY_FORMAT")
    return f"{named[ahead]} {date}" if ahead in named else date


def parse(value: str) -> tuple[datetime | None, datetime | None]:
    """(start, end) of a window as its form value names it; (None, None) for as soon as possible."""
    if value == ASAP:
        return None, None
    start = datetime.fromisoformat(value)
    return start, start + HALF_HOUR
