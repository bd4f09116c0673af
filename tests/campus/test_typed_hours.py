"""Hours as operators type them into the admin: over midnight, to the end of the day, several blocks, and what is refused."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from campus.models import Campus, Place
from chat.hours import closed_until
from delivery.models import RelayStation
from tests.campus.test_editing import campus_form, change_url
from tests.factories import PlaceFactory, RelayStationFactory

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, tzinfo=ZoneInfo("Asia/Shanghai"))
ROUND = set(range(24 * 60))


def minutes(*blocks: tuple[str, str]) -> set[int]:
    """The minutes of a day in these blocks; those over midnight are at its both ends."""
    found = set()
    for start, end in blocks:
        first, last = (int(at[:2]) * 60 + int(at[3:]) for at in (start, end))
        found |= {minute % 1440 for minute in range(first, last if last > first else last + 1440)}
    return found


TYPED = {
    "00:00–23:59": ROUND,
    "18:00–02:00": minutes(("18:00", "02:00")),
    # more of these kinds
    "0:00-24:00": ROUND,
    "００：００－２３：５９": ROUND,
    "24小时": ROUND,
    "全天": ROUND,
    "08:00-23:59": minutes(("08:00", "24:00")),
    "08:00–24:00": minutes(("08:00", "24:00")),
    "8:00 - 0:00": minutes(("08:00", "24:00")),
    "18:00至次日2:00": minutes(("18:00", "02:00")),
    "22:00-26:00": minutes(("22:00", "02:00")),
    "晚上10点至次日凌晨2点半": minutes(("22:00", "02:30")),
    "11:00-13:30，17:00-01:00": minutes(("11:00", "13:30"), ("17:00", "01:00")),
    "06:00-09:00、11:00-13:00、17:00-19:00": minutes(
        ("06:00", "09:00"), ("11:00", "13:00"), ("17:00", "19:00")
    ),
    "6pm - 2am": minutes(("18:00", "02:00")),
    "23:59-00:30": minutes(("23:59", "00:30")),
}


def open_minutes(is_open) -> set[int]:
    return {
        minute for minute in range(1440) if is_open(TUESDAY.replace(hour=minute // 60, minute=minute % 60))
    }


@pytest.mark.parametrize("typed", TYPED)
def test_customer_service_answers_at_these_hours(client_of, supervisor_sun, campus, typed):
    answer = client_of(supervisor_sun).post(change_url(campus), campus_form(campus, service_hours=typed))
    assert answer.status_code == 302
    hours = Campus.objects.get(pk=campus.pk).service_hours
    assert open_minutes(hours.is_open) == TYPED[typed]
    last_minute = TUESDAY.replace(hour=23, minute=59, second=59)
    assert (closed_until(campus.pk, last_minute) is None) == (1439 in TYPED[typed])


@pytest.mark.parametrize("typed", TYPED)
def test_a_relay_station_is_open_at_these_hours(client_of, supervisor_sun, campus, typed):
    shelf = PlaceFactory(campus=campus, kind=Place.Kind.RELAY_STATION)
    station = RelayStationFactory(place=shelf)
    sent = {"zones": [campus.zones.first().pk], "use": station.use, "is_active": "on", "slots": 24, "hours": typed,
            "first_percent": 60}  # fmt: skip
    answer = client_of(supervisor_sun).post(
        reverse("admin:delivery_relaystation_change", args=[station.pk]), sent
    )
    assert answer.status_code == 302
    assert open_minutes(RelayStation.objects.get(pk=station.pk).is_open) == TYPED[typed]


@pytest.mark.parametrize("typed", TYPED)
def test_what_was_saved_is_shown_so_that_it_can_be_saved_again(client_of, supervisor_sun, campus, typed):
    client = client_of(supervisor_sun)
    client.post(change_url(campus), campus_form(campus, service_hours=typed))
    campus.refresh_from_db()
    kept = campus.service_hours
    client.post(change_url(campus), campus_form(campus))
    campus.refresh_from_db()
    assert campus.service_hours == kept


@pytest.mark.parametrize(
    "typed, said",
    [
        ("18:00", "is not understood"),
        ("25:00-26:00", "is not understood"),
        ("25:99-03:00", "There is no time 25:99"),
        ("08:00-08:00", "ends when it begins"),
        ("08:00-12:00, 11:00-14:00", "overlap"),
        ("18:00-02:00, 20:00-03:00", "overlap"),
        ("around noon", "is not understood"),
        ("", "This field is required"),
    ],
)
def test_what_is_refused_is_said_without_a_word_about_constraints(
    client_of, supervisor_sun, campus, typed, said
):
    page = client_of(supervisor_sun).post(change_url(campus), campus_form(campus, service_hours=typed))
    assert page.status_code == 200
    assert said in page.text
    assert "onstraint" not in page.text
    campus.refresh_from_db()
    assert str(campus.service_hours) == "1234567 00:00-24:00"
