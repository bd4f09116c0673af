"""Hours of the week: as people write them, and counted minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campus.models import Campus
from core.hours import HOLIDAY, Block, WeeklyHours
from core.hours.fields import HoursFormField, daily_hours, times_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("18:00–02:00", "1234567 18:00-02:00"),
        ("22:00-26:00", "1234567 22:00-02:00"),
        ("18:00至次日2:00", "1234567 18:00-02:00"),
        ("１８：００～２４：００", "1234567 18:00-24:00"),
        ("20:00-00:00", "1234567 20:00-24:00"),
        ("00:00-23:59", "1234567 00:00-24:00"),
        ("8:00—23:59", "1234567 08:00-24:00"),
        ("24/7", "1234567 00:00-24:00"),
        ("每天 24小时", "1234567 00:00-24:00"),
        ("every day 24 hours", "1234567 00:00-24:00"),
        ("Mon-Fri 08:00-12:00,14:00-18:00; Sat 18:00-2:00", "12345 08:00-12:00,14:00-18:00;6 18:00-02:00"),
        ("Mo-Fr 8:00 to 20:00", "12345 08:00-20:00"),
        ("周一至周五 18:00–02:00；周六、周日 全天；节假日 休息", "12345 18:00-02:00;67 00:00-24:00;8 off"),
        ("周一到周五：上午9点至下午6点半，晚上8点—次日2点", "12345 09:00-18:30,20:00-02:00"),
        ("星期一 08:00-23:59\n星期二 休息", "1 08:00-24:00"),
        ("工作日7时30分至22时", "12345 07:30-22:00"),
        ("周末 10:00-24:00", "67 10:00-24:00"),
        ("周六至周一 10:00-12:00", "167 10:00-12:00"),
        ("Mon, Wed and Fri 9am - 5:30pm", "135 09:00-17:30"),
        ("every day 8:00-22:00; Fri closed", "123467 08:00-22:00"),
        ("Mon 14:00-18:00; Mon 08:00-12:00", "1 08:00-12:00,14:00-18:00"),
        ("12345 08:00-22:00;8 10:00-16:00", "12345 08:00-22:00;8 10:00-16:00"),
        ("中午12点至晚上12:00", "1234567 12:00-24:00"),
    ],
)
def test_hours_as_people_write_them(text, stored):
    hours = WeeklyHours.parse(text)
    assert str(hours) == stored
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert WeeklyHours.parse(hours.label) == hours, hours.label


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("25:99-03:00", "There is no time 25:99."),
        ("08:61-09:00", "There is no time 08:61."),
        ("08:00-08:00", "ends when it begins"),
        ("00:00-次日01:00", "later than a day after"),
        ("Mon", "There is no time behind"),
        ("8-12", "is not understood"),
        ("😀", "is not understood"),
        ("08:00", "is not understood"),
        ("Mon 08:00-12:00, 11:00-14:00", "08:00–12:00 and 11:00–14:00 of the same day overlap."),
        ("holidays closed", "never open"),
        (";;", "never open"),
        ("08:00-09:00;" * 99, "too long"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        HoursFormField().clean(text)


@given(st.text(alphabet="周一五日至:-–,; 0123456789点半次晚上MonFri休息aph24/7", max_size=40))
def test_no_text_breaks_the_reader(text):
    try:
        hours = WeeklyHours.parse(text)
    except ValidationError:  # and nothing else
        return
    assert WeeklyHours.parse(str(hours)) == hours


# -- Against a simulator that asks each minute -------------------------------------------------------------------

blocks = st.builds(
    lambda start, length: Block(start, start + length), st.integers(0, 1439), st.integers(1, 1439)
) | st.just(Block(0, 1440))


@st.composite
def days(draw):
    chosen: list[Block] = []
    for block in sorted(draw(st.lists(blocks, max_size=3))):
        if not chosen or block.start >= chosen[-1].end:
            chosen.append(block)
    return tuple(chosen)


weeks = st.builds(
    WeeklyHours, st.lists(days(), min_size=7, max_size=7).map(tuple), st.none() | days()
).filter(lambda hours: not hours.is_never)
calendars = st.lists(st.integers(1, HOLIDAY), min_size=8, max_size=8).map(
    lambda rows: lambda day: rows[day.toordinal() % 8]
)


def simulated_minutes(hours, calendar, first: date, count: int) -> set[int]:
    """The open minutes after the midnight of `first`, from the blocks of each day and the night before."""
    opened = set()
    for n in range(-1, count):
        for block in hours.blocks(calendar(first + timedelta(days=n))):
            opened |= {n * 1440 + minute for minute in range(block.start, block.end)}
    return opened


@given(weeks, calendars, st.integers(0, 3 * 1440), st.integers(0, 3 * 1440))
def test_counting_agrees_with_a_minute_by_minute_simulator(hours, calendar, begin, length):
    opened = simulated_minutes(hours, calendar, MONDAY.date(), 20)
    a, b = (MONDAY + timedelta(minutes=n) for n in (begin, begin + length))

    assert hours.is_open(a, calendar) == (begin in opened)
    assert hours.is_open(a.astimezone(UTC), calendar) == (begin in opened)
    expected = sum(minute in opened for minute in range(begin, begin + length))
    assert hours.business_seconds(a, b, calendar) == 60 * expected

    ahead = sorted(minute for minute in opened if minute >= begin)
    if ahead:
        assert hours.next_opening(a, calendar) == MONDAY + timedelta(minutes=ahead[0])
        wanted = min(length // 7 + 1, len(ahead))
        assert hours.add(a, timedelta(minutes=wanted), calendar) == MONDAY + timedelta(
            minutes=ahead[wanted - 1] + 1
        )
    if begin in opened and hours.closing(a, calendar):
        closed = next(minute for minute in range(begin, 30 * 1440) if minute not in opened)
        if closed < 19 * 1440:
            assert hours.closing(a, calendar) == MONDAY + timedelta(minutes=closed)


# -- What each of the known slips would get wrong ----------------------------------------------------------------


def test_the_last_minute_of_the_day_is_open():
    hours = WeeklyHours.parse("00:00-23:59")
    assert hours.is_open(MONDAY.replace(hour=23, minute=59, second=59))
    assert hours.closing(MONDAY) is None


def test_a_night_belongs_to_the_evening_on_which_it_begins():
    hours = WeeklyHours.parse(
        "Mon-Thu, Sat, Sun 22:00-02:00; Fri closed"
    )  # opening-hours-py cuts this at midnight
    friday = MONDAY + timedelta(days=4)
    assert hours.is_open(friday + timedelta(hours=1))  # Thursday's night
    assert not hours.is_open(friday + timedelta(hours=23))
    assert not hours.is_open(friday + timedelta(hours=25))


def test_a_holiday_is_as_a_sunday_unless_it_has_a_line_of_its_own():
    def holiday(day):
        return HOLIDAY

    noon = MONDAY + timedelta(hours=12)
    assert not WeeklyHours.parse("Mon-Sat 08:00-20:00").is_open(noon, holiday)
    assert WeeklyHours.parse("08:00-20:00").is_open(noon, holiday)
    assert not WeeklyHours.parse("08:00-20:00; PH off").is_open(noon, holiday)
    assert WeeklyHours.parse("Mon-Fri 08:00-11:00; holidays 10:00-16:00").is_open(noon, holiday)


def test_a_year_without_an_opening_has_none():
    hours = WeeklyHours.parse("Mon 08:00-10:00")
    assert hours.next_opening(MONDAY, lambda day: 2) is None
    assert hours.add(MONDAY, timedelta(minutes=1), lambda day: 2) is None
    assert not hours.is_open(MONDAY, lambda day: 2)
    assert hours.business_seconds(MONDAY, MONDAY - timedelta(hours=1)) == 0


def test_two_times_of_day_are_hours_too():
    assert str(daily_hours(time(22, 30), time(7, 30))) == "1234567 22:30-07:30"
    assert times_of(daily_hours(time(18), time(0))) == (time(18), time(0))
    with pytest.raises(ValidationError):
        daily_hours(time(8), time(8))


@pytest.mark.django_db
def test_a_column_holds_hours(campus):
    campus.service_hours = "周一至周五 18:00-02:00"
    assert campus.service_hours == WeeklyHours.parse("Mon-Fri 18:00-2:00")
    campus.save()
    assert Campus.objects.get(pk=campus.pk).service_hours == campus.service_hours
    assert Campus.objects.filter(service_hours="12345 18:00-02:00").exists()
    field = HoursFormField()
    assert not field.has_changed(campus.service_hours, field.prepare_value(campus.service_hours))
    assert field.has_changed(campus.service_hours, "nonsense")
