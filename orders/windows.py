"""The half-hour windows for which an errand can be booked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campus.calendar import calendar_of
from campus.models import Campus
from core import clock

ASAP = "asap"
HALF_HOUR = timedelta(minutes=30)
AHEAD = timedelta(days=3)
# A courier has to be found and to walk there first.
NOTICE = timedelta(minutes=30)


def windows(now: datetime, campus: Campus) -> list[tuple[str, list[tuple[str, str]]]]:
    """The windows of the campus's delivery hours that can be booked at `now`, by day: [("Today",
    [("2026-11-24T12:00:00+08:00", "12:00–12:30"), …])]."""
    today = clock.local_day(now)
    days: dict[int, list[tuple[str, str]]] = {}
    for start in _starts(now, campus):
        slots = days.setdefault((start.date() - today).days, [])
        slots.append((start.isoformat(), f"{start:%H:%M}–{start + HALF_HOUR:%H:%M}"))
    return [(_day(ahead, slots[0][0]), slots) for ahead, slots in days.items()]


def _starts(now: datetime, campus: Campus) -> Iterator[datetime]:
    """When the half hours begin, in local time and in order."""
    hours = campus.delivery_hours
    for opens, closes in hours.stretches(now, calendar_of(campus.pk)):
        start = timezone.localtime(opens)
        if now > start:  # hours that never close begin long ago
            start += (now - start) // HALF_HOUR * HALF_HOUR
        while start + HALF_HOUR <= closes:
            if start > now + AHEAD:
                return
            if start >= now + NOTICE:
                yield start
            start += HALF_HOUR


def _day(ahead: int, first: str) -> str:
    named = {0: _("Today"), 1: _("Tomorrow")}
    date = date_format(datetime.fromisoformat(first), "MONTH_DAY_FORMAT")
    return f"{named[ahead]} {date}" if ahead in named else date


class WindowField(forms.ChoiceField):
    """When: as soon as possible, or one of the windows that can be booked now. One that has come too near while the form
    was filled in is called so, with the next ones."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("When"), "initial": ASAP} | kwargs)
        self.choices = [(ASAP, _("As soon as possible"))]

    def use(self, campus: Campus) -> None:
        """Offer the windows of this campus."""
        self.campus = campus
        self.choices = lambda: [(ASAP, _("As soon as possible")), *windows(clock.now(), campus)]

    def validate(self, value: str) -> None:
        try:
            super().validate(value)
        except ValidationError:
            now = clock.now()
            if (start := _start(value)) is None or start > now + NOTICE:
                raise
            following = [label for _day, slots in windows(now, self.campus) for _value, label in slots][:3]
            raise ValidationError(
                _("%(time)s is too near by now: a courier has to be found first. Next are %(next)s.")
                % {"time": f"{timezone.localtime(start):%H:%M}", "next": ", ".join(following)},
                code="too_near",
            ) from None

    def clean(self, value: str) -> tuple[datetime | None, datetime | None]:
        """(start, end), as `parse` says."""
        return parse(super().clean(value))


def _start(value: str) -> datetime | None:
    try:
        start = datetime.fromisoformat(value)
    except ValueError:
        return None
    return start if start.tzinfo else None


def parse(value: str) -> tuple[datetime | None, datetime | None]:
    """(start, end) of a window as its form value names it; (None, None) for as soon as possible."""
    if value == ASAP:
        return None, None
    start = datetime.fromisoformat(value)
    return start, start + HALF_HOUR
