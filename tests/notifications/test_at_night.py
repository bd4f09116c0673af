"""At night: what can wait comes in the morning as one, what cannot wait comes."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.hours.fields import daily_hours
from notifications import services
from notifications.models import Preference, Send
from notifications.services import notify, send_due

pytestmark = pytest.mark.django_db


def at(hour, minute=0, day=24):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def tell(user, kind, **more):
    return notify(user=user, kind=kind, **{"title": "Something moved", **more})


def test_what_can_wait_comes_in_the_morning_as_one(student_lin, student_mei, browser_of, simulated_clock):
    lins, meis = browser_of(student_lin), browser_of(student_mei)
    simulated_clock.move_to(at(23))
    for i in range(30):
        tell(student_lin, "test_money", title=f"Refund {i}")
        simulated_clock.advance(minutes=1)
    tell(student_mei, "test_money", title="One refund")
    assert send_due() == 0
    simulated_clock.move_to(at(7, 29, day=25))
    assert send_due() == 0
    simulated_clock.move_to(at(7, 30, day=25))
    assert send_due() == 2
    assert lins.received == meis.received == 1
    (digest,) = lins.shown.values()
    assert digest["title"] == "30 notices since last night"
    assert digest["body"].startswith("Refund 29; Refund 28")
    assert digest["link"] == "/inbox/"
    (single,) = meis.shown.values()
    assert single["title"] == "One refund"
    assert Send.objects.filter(status=Send.Status.BUNDLED).count() == 29


def test_what_cannot_wait_comes_at_night(student_lin, browser_of, simulated_clock):
    browser_of(student_lin)
    simulated_clock.move_to(at(3))
    tell(student_lin, "test_step")
    tell(student_lin, "test_money", severity=1)
    assert send_due() == 2


def test_what_was_read_at_night_is_not_told_in_the_morning(student_lin, browser_of, simulated_clock):
    browser = browser_of(student_lin)
    simulated_clock.move_to(at(23))
    for i in range(3):
        tell(student_lin, "test_money", title=str(i))
    services.mark_read(user=student_lin)
    simulated_clock.move_to(at(8, day=25))
    assert send_due() == 0
    assert browser.received == 0


@pytest.mark.parametrize(
    "start, end, now, expected",
    [
        ((22, 30), (7, 30), at(22, 29), None),
        ((22, 30), (7, 30), at(22, 30), at(7, 30, day=25)),
        ((22, 30), (7, 30), at(3), at(7, 30)),
        ((22, 30), (7, 30), at(7, 30), None),
        ((12, 0), (14, 0), at(13), at(14)),
        ((12, 0), (14, 0), at(15), None),
        ((22, 0), (23, 59), at(23, 59), at(0, day=25)),  # through that minute
        ((22, 0), (0, 0), at(23, 59), at(0, day=25)),
    ],
)
def test_quiet_hours(student_lin, start, end, now, expected):
    own = Preference(user=student_lin, quiet_hours=daily_hours(time(*start), time(*end)))
    assert own.quiet_end(now) == expected
    own.quiet = False
    assert own.quiet_end(now) is None
