from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from campus import selectors, services
from campus.models import PeakPeriod, Weather
from core.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def lunch(campus):
    return PeakPeriod.objects.create(
        campus=campus, name="lunch", weekdays="12345", start=time(11, 40), end=time(12, 50), factor="1.4"
    )


@pytest.mark.parametrize(
    ("day", "hour", "minute", "factor"),
    [
        (24, 12, 0, "1.4"),  # a Tuesday
        (24, 11, 40, "1.4"),
        (24, 11, 39, "1"),
        (24, 12, 50, "1"),  # the end is outside
        (28, 12, 0, "1"),  # a Saturday
    ],
)
def test_the_peak_is_by_the_campus_clock_and_weekday(campus, lunch, day, hour, minute, factor):
    at = datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)
    assert selectors.peak_factor(campus, at) == Decimal(factor)
    assert selectors.peak_factor(campus, at.astimezone(ZoneInfo("UTC"))) == Decimal(factor)


def test_the_largest_of_two_peaks_counts(campus, lunch):
    PeakPeriod.objects.create(
        campus=campus, name="exam", weekdays="2", start=time(12), end=time(14), factor="1.75"
    )
    assert selectors.peak_factor(campus, datetime(2026, 11, 24, 12, 10, tzinfo=SHANGHAI)) == Decimal("1.75")


def test_peaks_are_of_one_campus(lunch, other_campus):
    assert selectors.peak_factor(other_campus, datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)) == 1


@pytest.mark.parametrize("fields", [{"end": time(11)}, {"factor": "0.5"}])
def test_a_peak_ends_after_it_starts_and_never_shortens_a_stage(lunch, fields):
    for name, value in fields.items():
        setattr(lunch, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        lunch.save()


@pytest.mark.parametrize("weekdays", ["8", "21", "Mon", "11"])
def test_weekdays_are_digits_in_order(lunch, weekdays):
    lunch.weekdays = weekdays
    with pytest.raises(ValidationError):
        lunch.full_clean()


def test_new_weather_is_kept(campus):
    services.set_weather(campus=campus, weather=Weather.RAIN)
    campus.refresh_from_db()
    assert campus.weather == "rain"


def test_weather_that_does_not_exist_is_refused(campus):
    with pytest.raises(Invalid):
        services.set_weather(campus=campus, weather="frogs")
    campus.refresh_from_db()
    assert campus.weather == Weather.CLEAR


def test_the_database_knows_the_weathers_too(campus):
    campus.weather = "frogs"
    with pytest.raises(IntegrityError), transaction.atomic():
        campus.save()


def test_the_nearest_place(campus, places):
    assert selectors.nearest_place(campus, 31.0281, 121.4341) == places.dorm_north
    assert selectors.nearest_place(campus, 31.0281, 121.4341, kinds=["canteen"]) == places.canteen
    assert selectors.nearest_place(campus, 31.0281, 121.4341, kinds=["library"]) is None
