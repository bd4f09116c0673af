"""The campus calendar: announced days, years that nobody has announced, and operators' entries above them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from campus import calendar
from campus.calendar.official import is_announced, official_days
from campus.models import CalendarEntry, CalendarYear, PeakPeriod
from campus.selectors import peak_factor
from chat.hours import closed_until
from core import installation
from core.hours import HOLIDAY, WeeklyHours
from core.outbox import drain
from notifications.models import Notice

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def entry(campus, kind, first, last=None, **more):
    return CalendarEntry.objects.create(
        campus=campus, kind=kind, name=more.pop("name", kind), first_day=first, last_day=last or first, **more
    )


@pytest.mark.parametrize(
    ("day", "kind", "row"),
    [
        (date(2026, 10, 1), "day_off", HOLIDAY),
        (date(2026, 10, 7), "day_off", HOLIDAY),
        (date(2026, 10, 10), "makeup", 1),  # a Saturday that is worked
        (date(2026, 9, 20), "makeup", 1),  # a Sunday that is worked
        (date(2026, 10, 17), "weekend", 6),
        (date(2026, 11, 24), "workday", 2),
        (date(2027, 10, 1), "day_off", HOLIDAY),  # by law, whatever is announced
        (date(2027, 2, 20), "weekend", 6),
    ],
)
def test_days_as_announced(campus, day, kind, row):
    own = calendar.calendar_of(campus.pk)
    assert (own.day(day).kind, own.day(day).row, own(day)) == (kind, row, row)


def test_all_days_off_and_make_up_days_of_2026_are_there():
    days = official_days(2026).values()
    assert sum(day.is_off for day in days) == 33
    assert sum(not day.is_off for day in days) == 6


def test_entries_stand_above_the_announced_days(campus, other_campus):
    entry(campus, "makeup", date(2026, 10, 1), stands_for=4)
    entry(campus, "day_off", date(2026, 7, 13), date(2026, 8, 30), name="暑假")
    entry(campus, "makeup", date(2026, 7, 15), name="小学期")
    entry(campus, "exam", date(2026, 6, 22), date(2026, 6, 26), name="期末考试")
    entry(campus, "term", date(2026, 2, 23), date(2026, 7, 10))
    own = calendar.calendar_of(campus.pk)
    assert own(date(2026, 10, 1)) == 4
    assert own.day(date(2026, 7, 14)).names == ("暑假",)
    assert own(date(2026, 7, 15)) == 1
    exam = own.day(date(2026, 6, 24))
    assert (exam.is_exam, exam.is_term, exam.row, exam.names) == (True, True, 3, ("期末考试",))
    assert calendar.calendar_of(other_campus.pk)(date(2026, 10, 1)) == HOLIDAY


def test_service_hours_go_by_the_calendar(campus):
    campus.service_hours = "Mon-Fri 08:00-22:00"
    campus.save()
    assert closed_until(campus.pk, datetime(2026, 10, 10, 12, tzinfo=SHANGHAI)) is None  # a worked Saturday
    assert closed_until(campus.pk, datetime(2026, 9, 30, 23, tzinfo=SHANGHAI)) == datetime(
        2026, 10, 8, 8, tzinfo=SHANGHAI
    )


def test_classes_change_on_make_up_days_and_not_on_holidays(campus):
    PeakPeriod.objects.create(campus=campus, name="class", hours="Thu 09:40-10:10", factor="1.5")
    holiday = datetime(2026, 10, 1, 10, tzinfo=SHANGHAI)  # a Thursday
    assert peak_factor(campus, holiday) == 1
    entry(campus, "makeup", date(2026, 10, 10), stands_for=4)
    assert peak_factor(campus, holiday.replace(day=10)) == 1.5


# -- A year that nobody has announced ---------------------------------------------------------------------------


def test_the_library_lacks_2027_and_it_is_said(
    campus, supervisor_sun, operator_wang, simulated_clock, client, settings
):
    assert is_announced(2026)
    assert not is_announced(2027)
    simulated_clock.move_to(datetime(2026, 11, 14, tzinfo=SHANGHAI))
    assert calendar.missing_years(campus.pk) == []
    assert calendar.watch_years() == 0
    simulated_clock.move_to(datetime(2026, 11, 15, tzinfo=SHANGHAI))
    assert calendar.missing_years(campus.pk) == [2027]
    assert client.get("/healthz/").json()["calendar_missing"] == [2027]
    settings.DEMO = False
    assert "campus.W002" in [lack.id for lack in installation.lacks()]
    assert calendar.watch_years() == 1
    assert calendar.watch_years() == 0  # once
    drain()
    notice = Notice.objects.get(kind="platform")
    assert notice.user == supervisor_sun
    assert "2027" in notice.title
    assert notice.link == reverse("admin:campus_campus_calendar", args=[campus.pk]) + "?year=2027"

    calendar.confirm_year(campus=campus, year=2027)
    assert calendar.missing_years(campus.pk) == []
    assert client.get("/healthz/").json()["calendar_missing"] == []
    assert "campus.W002" not in [lack.id for lack in installation.lacks()]
    simulated_clock.move_to(datetime(2028, 1, 1, tzinfo=SHANGHAI))
    assert calendar.missing_years(campus.pk) == [2028]


# -- Its page ---------------------------------------------------------------------------------------------------


def test_the_year_on_a_page(client_of, supervisor_sun, operator_wang, campus, simulated_clock):
    entry(campus, "exam", date(2026, 12, 21), date(2026, 12, 25), name="期末考试")
    url = reverse("admin:campus_campus_calendar", args=[campus.pk])
    boss, agent = client_of(supervisor_sun), client_of(operator_wang)
    page = boss.get(url)
    assert page.context["year"] == 2026
    assert not page.context["is_missing"]
    assert page.text.count("cal-makeup") == 6 + 1  # and the legend
    assert page.text.count("cal-day_off") == 33 + 1
    assert "期末考试" in page.text
    assert url in boss.get(reverse("admin:campus_campus_change", args=[campus.pk])).text

    unknown = boss.get(url + "?year=2027")
    assert "2027: the holidays and make-up workdays are not known" in unknown.text
    assert boss.get(url + "?year=1234").context["year"] == 2026
    assert boss.get(url + "?year=٢٠٢٧").context["year"] == 2026
    assert agent.post(url + "?year=2027", {"do": "complete"}).status_code == 403
    assert agent.get(url + "?year=2027").status_code == 200
    assert boss.post(url + "?year=2027", {"do": "complete"}).status_code == 302
    assert CalendarYear.objects.get().confirmed_at
    assert "2027: entered by hand" in boss.get(url + "?year=2027").text
    boss.post(url + "?year=2027", {"do": "reopen"})
    assert calendar.missing_year(campus.pk, 2027)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"last_day": "2026-12-01"}, "It must not end before it begins."),
        ({"last_day": "2028-12-01"}, "That is more than a year."),
        ({"stands_for": "5"}, "Only a make-up workday"),
        ({"first_day": "soon"}, "Enter a valid date."),
    ],
)
def test_an_entry_that_makes_no_sense_gets_a_sentence(client_of, supervisor_sun, campus, change, sentence):
    fields = {
        "campus": campus.pk,
        "kind": "exam",
        "name": "期末",
        "first_day": "2026-12-21",
        "last_day": "2026-12-25",
    }
    browser, add = client_of(supervisor_sun), reverse("admin:campus_calendarentry_add")
    assert sentence in browser.post(add, fields | change).text
    assert browser.post(add, fields).status_code == 302
    assert CalendarEntry.objects.get().name == "期末"


def test_another_campus_calendar_does_not_exist(client_of, supervisor_sun, other_campus):
    browser = client_of(supervisor_sun)
    assert browser.get(reverse("admin:campus_campus_calendar", args=[other_campus.pk])).status_code in (
        403,
        404,
    )


def test_hours_over_a_holiday_are_counted(campus):
    own = calendar.calendar_of(campus.pk)
    hours = WeeklyHours.parse("Mon-Fri 09:00-17:00")
    a, b = datetime(2026, 9, 30, 16, tzinfo=SHANGHAI), datetime(2026, 10, 10, 10, tzinfo=SHANGHAI)
    assert hours.business_seconds(a, b, own) == 3600 * (
        1 + 8 + 8 + 1
    )  # 30th, 8th, 9th, and a worked Saturday
