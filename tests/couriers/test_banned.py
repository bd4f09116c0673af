"""An operator bans somebody: as a courier they stop at once, and what they carry is not forgotten."""

from datetime import date

import pytest

from accounts import services as accounts
from accounts.models import User
from core.errors import NotAllowed
from core.hours import WeeklyHours
from couriers import services
from couriers.models import Courier, Shift, ShiftAssignment, WorkSession
from dispatch import services as dispatch
from dispatch.models import DispatchRule, Offer
from exceptions.library.loading import load_library
from exceptions.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def save_person(client_of, supervisor_sun):
    """save_person(courier, **changes): Sun saves the courier's page in the admin; "may log in" has no tick."""

    def save(courier, **changes) -> None:
        user = courier.user
        data = {"name": user.name, "campus": user.campus_id, "gender": user.gender} | changes
        for prefix in ("staff_roles", "consents"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        answer = client_of(supervisor_sun).post(f"/admin/accounts/user/{user.pk}/change/", data)
        assert answer.status_code == 302

    return save


def test_duty_offers_and_shifts_end(
    save_person, open_job, campus, courier_zhao, supervisor_sun, simulated_clock
):
    day = date(2026, 11, 25)
    services.publish_shifts(
        zone=campus.zones.get(code="north"), first_day=day, last_day=day, hours=WeeklyHours.parse("11:00-11:30"),
        places=1, actor=supervisor_sun,
    )  # fmt: skip
    services.take_shift(shift=Shift.objects.get(), courier=courier_zhao)
    offer = dispatch.make_offer(courier=courier_zhao, legs=[open_job()])
    save_person(courier_zhao)
    courier = Courier.objects.get(pk=courier_zhao.pk)
    assert (courier.status, courier.on_duty, courier.duty_since) == ("active", False, None)
    assert WorkSession.objects.filter(courier=courier).exists()
    assert not ShiftAssignment.objects.exists()
    offer.refresh_from_db()
    assert (offer.status, offer.legs.get().status) == ("withdrawn", "open")
    with pytest.raises(NotAllowed, match="not active"):
        services.set_duty(courier=courier, on=True)


def test_the_suspended_are_not_asked_any_more_either(open_job, courier_zhao, supervisor_sun):
    offer = dispatch.make_offer(courier=courier_zhao, legs=[open_job()])
    services.suspend(courier=courier_zhao, actor=supervisor_sun, reason="x")
    offer.refresh_from_db()
    assert offer.status == "withdrawn"


def test_what_they_carry_is_a_case_for_customer_service(save_person, open_job, carry, courier_zhao):
    load_library()
    leg = carry(open_job(), courier_zhao, stages=2)
    save_person(courier_zhao)
    ticket = Ticket.objects.get()
    assert (ticket.type_id, ticket.leg, ticket.courier) == ("courier_offline", leg, courier_zhao)
    leg.refresh_from_db()
    assert leg.status == "picked_up"


def test_another_name_bars_nobody(save_person, courier_zhao):
    save_person(courier_zhao, name="赵大强", is_active="on")
    assert Courier.objects.get(pk=courier_zhao.pk).on_duty


def test_who_was_let_in_again_by_the_time_it_is_heard_of_goes_on(courier_zhao):
    services.stop_banned(user_pk=courier_zhao.user_id)
    assert Courier.objects.get(pk=courier_zhao.pk).on_duty


def test_who_is_banned_but_still_on_duty_is_offered_nothing(campus, places, open_job, courier_zhao):
    """As couriers were left who had been banned before their duty ended with it."""
    User.objects.filter(pk=courier_zhao.user_id).update(is_active=False)
    services.report_position(courier=courier_zhao, lat=places.gate.lat, lon=places.gate.lon)
    services.flush_positions()
    leg = open_job()
    with pytest.raises(NotAllowed, match="not active"):
        dispatch.grab(leg=leg, courier=courier_zhao)
    with pytest.raises(NotAllowed, match="may not work"):
        dispatch.make_offer(courier=courier_zhao, legs=[leg])
    DispatchRule.objects.create(campus=campus, hall=False, offers=True)
    assert dispatch.plan_round(campus=campus, steps=50).couriers == 0
    assert not Offer.objects.exists()


def test_a_banned_woman_is_nobody_who_may_enter(open_job, places, station, courier_qian):
    station.use = "when_needed"
    station.save()
    data = {"dropoff": places.dorm_women}
    assert open_job(**data).relay is None
    User.objects.filter(pk=courier_qian.user_id).update(is_active=False)
    assert open_job(**data).relay == station


def test_barring_is_told_of_once(courier_zhao, supervisor_sun):
    accounts.bar(user=courier_zhao.user, actor=supervisor_sun)
    accounts.bar(user=courier_zhao.user, actor=supervisor_sun)
    assert WorkSession.objects.filter(courier=courier_zhao).count() == 1
