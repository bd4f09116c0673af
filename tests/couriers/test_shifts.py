"""Operators open shifts, couriers take and give them back; who comes, who does not, and who has to rest."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core import realtime
from core.errors import Invalid, NotAllowed, TooLate, WrongState
from core.hours import WeeklyHours
from couriers import selectors, services
from couriers.models import Courier, Shift, ShiftAssignment, WorkSession
from couriers.services.duty import day_start, worked_today
from delivery import services as delivery
from dispatch import services as dispatch
from notifications.models import Notice
from tests.factories import CourierFactory

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def publish(campus, supervisor_sun, simulated_clock):
    """publish(zone code, **changes): shifts of tomorrow from 11:00 to 12:00."""

    def make(code="north", **changes) -> list[Shift]:
        zone = campus.zones.get(code=code)
        plan = {
            "first_day": WEDNESDAY,
            "last_day": WEDNESDAY,
            "hours": WeeklyHours.parse("11:00-12:00"),
            "places": 1,
        }
        services.publish_shifts(zone=zone, actor=supervisor_sun, **plan | changes)
        return list(Shift.objects.filter(zone=zone))

    return make


def kinds(courier) -> list[str]:
    return list(Notice.objects.filter(user=courier.user).order_by("pk").values_list("kind", flat=True))


# -- Publishing --


def test_each_half_hour_of_each_day_is_open(publish):
    shifts = publish(first_day=TUESDAY, last_day=WEDNESDAY, hours=WeeklyHours.parse("09:00-11:00"), places=3)
    # Of today, where it is ten, only what lies ahead.
    assert [f"{timezone.localtime(s.starts_at):%d %H:%M}" for s in shifts] == [
        "24 10:30", "25 09:00", "25 09:30", "25 10:00", "25 10:30",
    ]  # fmt: skip
    assert {s.places for s in shifts} == {3}


def test_a_nights_half_hours_go_on_after_midnight(publish):
    shifts = publish(hours=WeeklyHours.parse("Wed 23:00-01:00, 11:00-12:00"))
    assert [f"{timezone.localtime(s.starts_at):%d %H:%M}" for s in shifts] == [
        "25 11:00", "25 11:30", "25 23:00", "25 23:30", "26 00:00", "26 00:30",
    ]  # fmt: skip


def test_publishing_again_changes_the_places_and_takes_nothing_away(publish, courier_zhao):
    shift = publish()[0]
    services.take_shift(shift=shift, courier=courier_zhao)
    assert [s.places for s in publish(places=5)] == [5, 5]
    assert ShiftAssignment.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": WeeklyHours.parse("11:10-12:00")},
        {"hours": WeeklyHours.parse("6 11:00-12:00")},  # not a Wednesday
        {"last_day": TUESDAY},
        {"last_day": date(2027, 1, 1)},
        {"places": 0},
        {"places": 100},
        {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 2)},
    ],
)
def test_what_makes_no_sense_is_not_published(publish, wrong):
    with pytest.raises(Invalid):
        publish(**wrong)
    assert not Shift.objects.exists()


def test_in_the_admin(client_of, supervisor_sun, operator_wang, campus, other_campus, simulated_clock):
    url = reverse("admin:couriers_shift_add")
    wish = {
        "zone": campus.zones.get(code="north").pk, "first_day": "2026-11-25", "last_day": "2026-11-26",
        "hours": "11:00-12:30", "places": "2",
    }  # fmt: skip
    client = client_of(supervisor_sun)
    assert client.get(url).status_code == 200
    assert client_of(operator_wang).post(url, wish).status_code == 403
    assert client.post(url, wish | {"zone": other_campus.zones.first().pk}).status_code == 200
    assert client.post(url, wish | {"hours": "11:07-12:30"}).status_code == 200
    assert client.post(url, wish | {"places": "many"}).status_code == 200
    assert not Shift.objects.exists()
    assert client.post(url, wish)["Location"] == reverse("admin:couriers_shift_changelist")
    assert Shift.objects.count() == 6
    assert "0 / 2" in client.get(reverse("admin:couriers_shift_changelist")).text


# -- Taking --


def test_a_courier_takes_a_shift_and_gives_it_back(client_of, publish, courier_zhao):
    shift = publish()[0]
    client = client_of(courier_zhao)
    page = "/c/shifts/?day=2026-11-25"
    assert "Take · 1 left" in client.get(page).text
    assert client.post(reverse("couriers:shift_take", args=[shift.pk]))["Location"] == page
    assert "Mine · give back" in client.get(page).text
    client.post(reverse("couriers:shift_take", args=[shift.pk]))  # idempotent
    assert ShiftAssignment.objects.count() == 1
    client.post(reverse("couriers:shift_give_back", args=[shift.pk]))
    client.post(reverse("couriers:shift_give_back", args=[shift.pk]))
    assert not ShiftAssignment.objects.exists()


def test_the_page_opens_on_the_first_day_with_shifts(client_of, publish, courier_zhao):
    browser = client_of(courier_zhao)
    assert browser.get("/c/shifts/").context["page"].day == TUESDAY  # nothing in the whole week
    publish(first_day=date(2026, 11, 26), last_day=date(2026, 11, 27))
    assert browser.get("/c/shifts/").context["page"].day == date(2026, 11, 26)
    assert browser.get("/c/shifts/?day=2026-11-25").context["page"].day == WEDNESDAY


def test_the_last_place_is_the_last(publish, courier_zhao, courier_qian):
    shift = publish()[0]
    services.take_shift(shift=shift, courier=courier_zhao)
    with pytest.raises(TooLate):
        services.take_shift(shift=shift, courier=courier_qian)


def test_nobody_is_in_two_places_at_once(publish, courier_zhao):
    here, there = publish("north")[0], publish("centre")[0]
    services.take_shift(shift=here, courier=courier_zhao)
    with pytest.raises(Invalid):
        services.take_shift(shift=there, courier=courier_zhao)


def test_twelve_hours_a_day_are_enough(publish, courier_zhao):
    shifts = publish(hours=WeeklyHours.parse("08:00-21:00"))
    for shift in shifts[:24]:
        services.take_shift(shift=shift, courier=courier_zhao)
    with pytest.raises(Invalid, match="Twelve hours"):
        services.take_shift(shift=shifts[24], courier=courier_zhao)


def test_a_womens_area_is_for_women(publish, client_of, courier_zhao, courier_qian):
    shift = publish("women")[0]
    with pytest.raises(NotAllowed):
        services.take_shift(shift=shift, courier=courier_zhao)
    assert selectors.shifts_page(courier_zhao, WEDNESDAY).zones == []
    services.take_shift(shift=shift, courier=courier_qian)


def test_shifts_of_another_campus_do_not_exist(publish, client_of, other_campus):
    stranger = CourierFactory(campus=other_campus)
    shift = publish()[0]
    for name in ("shift_take", "shift_give_back"):
        assert client_of(stranger).post(reverse(f"couriers:{name}", args=[shift.pk])).status_code == 404


def test_too_late_to_take_or_to_give_back(publish, courier_zhao, courier_qian, simulated_clock):
    shift = publish(places=2)[0]
    services.take_shift(shift=shift, courier=courier_zhao)
    simulated_clock.move_to(shift.starts_at - timedelta(minutes=59))
    with pytest.raises(WrongState):
        services.give_shift_back(shift=shift, courier=courier_zhao)
    simulated_clock.move_to(shift.starts_at)
    with pytest.raises(TooLate):
        services.take_shift(shift=shift, courier=courier_qian)


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-31", "1999-01-01", "9999-12-31", "\x00"])
def test_a_day_that_is_none_is_as_good_as_no_day(client_of, publish, courier_zhao, day):
    assert client_of(courier_zhao).get("/c/shifts/", {"day": day}).status_code in (200, 400)


def test_queries_do_not_grow_with_shifts(client_of, publish, courier_zhao):
    client = client_of(courier_zhao)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get("/c/shifts/?day=2026-11-25")
        return len(seen)

    publish()
    cost()
    few = cost()
    publish(hours=WeeklyHours.parse("07:00-22:00"))
    publish("centre", hours=WeeklyHours.parse("07:00-22:00"))
    assert cost() == few


# -- Coming --


def test_an_evening_is_reminded_of_once(publish, courier_zhao, simulated_clock):
    shifts = publish()
    for shift in shifts:
        services.take_shift(shift=shift, courier=courier_zhao)
    simulated_clock.move_to(shifts[0].starts_at - timedelta(minutes=31))
    services.watch_shifts()
    assert kinds(courier_zhao) == []
    simulated_clock.advance(minutes=1)
    services.watch_shifts()
    services.watch_shifts()
    simulated_clock.advance(minutes=30)
    services.watch_shifts()
    assert kinds(courier_zhao) == ["shift_soon"]


def test_who_came_and_who_did_not(publish, courier_zhao, courier_qian, simulated_clock):
    shift = publish(places=2)[0]
    for courier in (courier_zhao, courier_qian):
        services.take_shift(shift=shift, courier=courier)
    services.set_duty(courier=courier_zhao, on=False)
    simulated_clock.move_to(shift.starts_at + timedelta(minutes=9))
    services.watch_shifts()
    assert set(ShiftAssignment.objects.values_list("outcome", flat=True)) == {""}
    simulated_clock.advance(minutes=1)
    services.watch_shifts()
    services.watch_shifts()
    assert dict(ShiftAssignment.objects.values_list("courier__user__username", "outcome")) == {
        "zhao": "missed",
        "qian": "came",
    }
    assert kinds(courier_zhao).count("shift_missed") == 1
    assert "shift_missed" not in kinds(courier_qian)


# -- Rest --


def fresh(courier) -> Courier:
    return Courier.objects.get(pk=courier.pk)


def test_a_break_is_advised_after_eight_hours_once_a_day(courier_zhao, simulated_clock):
    simulated_clock.move_to(day_start(simulated_clock()) + timedelta(hours=4))
    Courier.objects.update(duty_since=simulated_clock())
    simulated_clock.advance(hours=7, minutes=59)
    services.keep_rest()
    assert kinds(courier_zhao) == []
    simulated_clock.advance(minutes=1)
    services.keep_rest()
    simulated_clock.advance(minutes=5)
    services.keep_rest()
    assert kinds(courier_zhao) == ["rest_advised"]
    assert fresh(courier_zhao).on_duty


def test_after_twelve_hours_in_a_day_duty_ends_until_morning(courier_zhao, simulated_clock):
    services.set_duty(courier=courier_zhao, on=False)
    simulated_clock.advance(hours=2)  # noon: an hour and a half of break lie in between
    services.set_duty(courier=courier_zhao, on=True)
    WorkSession.objects.create(
        courier=courier_zhao, since=simulated_clock() - timedelta(hours=7), until=simulated_clock() - timedelta(hours=1)
    )  # fmt: skip
    simulated_clock.advance(hours=5, minutes=59)
    assert services.keep_rest() == 0
    simulated_clock.advance(minutes=1)
    assert services.keep_rest() == 1
    courier = fresh(courier_zhao)
    assert (courier.on_duty, f"{timezone.localtime(courier.rest_until):%d %H:%M}") == (False, "25 04:00")
    assert kinds(courier)[-1] == "rest_forced"
    with pytest.raises(NotAllowed, match="rest until 11-25 04:00"):
        services.set_duty(courier=courier, on=True)
    simulated_clock.move_to(courier.rest_until)
    assert services.set_duty(courier=courier, on=True).on_duty
    assert services.keep_rest() == 0


def test_who_carries_something_brings_it_to_its_end_first(courier_zhao, open_job, carry, simulated_clock):
    leg = carry(open_job(), courier_zhao, stages=3)
    another = open_job()
    Courier.objects.update(duty_since=simulated_clock() - timedelta(hours=12))
    simulated_clock.move_to(simulated_clock() + timedelta(hours=7))
    assert services.keep_rest() == 0
    assert fresh(courier_zhao).on_duty
    with pytest.raises(NotAllowed, match="twelve hours"):
        dispatch.grab(leg=another, courier=courier_zhao)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    assert services.keep_rest() == 1
    assert not fresh(courier_zhao).on_duty
    assert kinds(courier_zhao).count("rest_forced") == 1


def test_who_has_to_rest_is_not_blamed_for_shifts_until_then(
    publish, courier_zhao, courier_qian, simulated_clock, monkeypatch
):
    early, tonight = publish(first_day=TUESDAY, last_day=TUESDAY, hours=WeeklyHours.parse("18:00-19:00"))
    *_today, tomorrow = publish(hours=WeeklyHours.parse("08:00-08:30"))
    for shift in (early, tonight, tomorrow):
        services.take_shift(shift=shift, courier=courier_zhao)
    Courier.objects.filter(pk=courier_zhao.pk).update(duty_since=simulated_clock() - timedelta(hours=4))
    Courier.objects.filter(pk=courier_qian.pk).update(on_duty=False)
    simulated_clock.move_to(early.starts_at + timedelta(minutes=5))
    broadcasts = []
    monkeypatch.setattr(realtime, "broadcast", lambda groups, t, **data: broadcasts.append((groups, t)))
    assert services.keep_rest() == 1
    assert (f"hall.{courier_zhao.campus_id}", "shift") in broadcasts
    told = Notice.objects.get(user=courier_zhao.user, kind="rest_forced")
    assert "Your shifts until then are open to others." in told.body
    services.take_shift(shift=tonight, courier=courier_qian)
    with pytest.raises(NotAllowed, match="rest until 11-25 04:00"):
        services.take_shift(shift=tonight, courier=courier_zhao)

    simulated_clock.move_to(tonight.starts_at + timedelta(minutes=10))
    services.watch_shifts()
    mine = ShiftAssignment.objects.filter(courier=courier_zhao).order_by("starts_at")
    assert list(mine.values_list("shift", "outcome")) == [(early.pk, "came"), (tomorrow.pk, "")]
    assert "shift_missed" not in kinds(courier_zhao)


def test_virtual_couriers_do_not_tire(courier_zhao, simulated_clock):
    courier_zhao.user.is_virtual = True
    courier_zhao.user.save()
    simulated_clock.advance(hours=20)
    assert services.keep_rest() == 0


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 400)), max_size=5), st.integers(0, 600))
def test_worked_time_is_what_of_all_stretches_lies_in_the_day(
    courier_zhao, simulated_clock, stretches, present
):
    now = simulated_clock()
    start = day_start(now)
    WorkSession.objects.all().delete()
    minutes = set()
    until = now - timedelta(minutes=present)
    for gap, length in stretches:  # backwards, so that none lies over another
        until -= timedelta(minutes=gap)
        since = until - timedelta(minutes=length)
        WorkSession.objects.create(courier=courier_zhao, since=since, until=until)
        minutes |= {since + timedelta(minutes=n) for n in range(length)}
        until = since
    minutes |= {now - timedelta(minutes=n + 1) for n in range(present)}
    courier_zhao.duty_since = now - timedelta(minutes=present)
    expected = timedelta(minutes=sum(minute >= start for minute in minutes))
    assert worked_today([courier_zhao], now)[courier_zhao.pk] == expected


# -- Not coming any more --


@pytest.mark.parametrize("how", ["left", "suspended", "erased"])
def test_who_works_no_more_leaves_the_places_to_others(
    publish, courier_zhao, courier_qian, supervisor_sun, simulated_clock, monkeypatch, how
):
    past, soon, later = publish(first_day=TUESDAY, last_day=TUESDAY, hours=WeeklyHours.parse("11:00-12:30"))
    for shift in (past, soon, later):
        services.take_shift(shift=shift, courier=courier_zhao)
    services.set_duty(courier=courier_zhao, on=False)
    simulated_clock.move_to(past.starts_at + timedelta(minutes=10))
    services.watch_shifts()
    told, broadcasts = kinds(courier_zhao), []
    monkeypatch.setattr(realtime, "broadcast", lambda groups, t, **data: broadcasts.append((groups, t)))
    if how == "left":
        services.resign(courier=courier_zhao, actor=courier_zhao.user)
    elif how == "suspended":
        services.suspend(courier=courier_zhao, actor=supervisor_sun, reason="x")
    else:
        services.forget_courier(user_pk=courier_zhao.user_id)
    assert (f"hall.{courier_zhao.campus_id}", "shift") in broadcasts
    # What was missed before stays written down.
    assert list(ShiftAssignment.objects.values_list("shift", "outcome")) == [(past.pk, "missed")]
    for shift in (soon, later):
        services.take_shift(shift=shift, courier=courier_qian)
    simulated_clock.move_to(later.starts_at + timedelta(minutes=10))
    services.watch_shifts()
    assert {"shift_soon", "shift_missed"}.isdisjoint(kinds(courier_zhao)[len(told) :])
