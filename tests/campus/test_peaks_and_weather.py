from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from campus import selectors, services
from campus.models import PeakPeriod, Weather
from core.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def lunch(campus):
    return PeakPeriod.objects.create(campus=campus, name="lunch", hours="12345 11:40-12:50", factor="1.4")


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
    PeakPeriod.objects.create(campus=campus, name="exam", hours="2 12:00-14:00", factor="1.75")
    assert selectors.peak_factor(campus, datetime(2026, 11, 24, 12, 10, tzinfo=SHANGHAI)) == Decimal("1.75")


def test_peaks_are_of_one_campus(lunch, other_campus):
    assert selectors.peak_factor(other_campus, datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)) == 1


def test_a_peak_never_shortens_a_stage(lunch):
    lunch.factor = "0.5"
    with pytest.raises(IntegrityError), transaction.atomic():
        lunch.save()


def test_hours_are_given_in_words_in_the_admin(client_of, supervisor_sun, campus):
    browser, add = client_of(supervisor_sun), reverse("admin:campus_peakperiod_add")
    peak = {"campus": campus.pk, "name": "Night market", "factor": "1.5"}
    refused = browser.post(add, peak | {"hours": "18:00-25:99"})
    assert refused.status_code == 200
    assert "There is no time 25:99." in refused.text
    assert not PeakPeriod.objects.exists()
    assert browser.post(add, peak | {"hours": "周五、周六 18:00–次日02:00"}).status_code == 302
    made = PeakPeriod.objects.get()
    assert str(made.hours) == "56 18:00-02:00"
    assert "Fri, Sat 18:00–02:00" in browser.get(reverse("admin:campus_peakperiod_changelist")).text
    assert (
        "Fri, Sat 18:00–02:00" in browser.get(reverse("admin:campus_peakperiod_change", args=[made.pk])).text
    )
    sunday_night = datetime(2026, 11, 29, 1, 30, tzinfo=SHANGHAI)  # Saturday's night
    assert selectors.peak_factor(campus, sunday_night) == Decimal("1.5")
    assert selectors.peak_factor(campus, sunday_night.replace(hour=2)) == 1


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
