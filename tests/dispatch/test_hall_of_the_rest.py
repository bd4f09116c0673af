"""A hall that shows only what the plan does not bring on time: nobody takes from it what would undo the plan."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from core import realtime
from couriers import services as couriers
from delivery.models import Leg
from dispatch import selectors, services
from dispatch.models import DispatchRule, Planning

pytestmark = pytest.mark.django_db


@pytest.fixture
def rest_only(campus):
    return DispatchRule.objects.create(campus=campus, hall=True, hall_rest=True, offers=True)


@pytest.fixture
def at_work(courier_zhao, places, simulated_clock):
    """Zhao stands at the parcel station, and carries one thing at a time."""
    courier_zhao.capacity = 1
    courier_zhao.save(update_fields=["capacity"])
    couriers.report_position(
        courier=courier_zhao, lat=places.parcel_station.lat, lon=places.parcel_station.lon
    )
    couriers.flush_positions()
    courier_zhao.refresh_from_db()
    return courier_zhao


@pytest.fixture
def planned(open_job, simulated_clock):
    """planned(): a job that is ready in twenty minutes, and due in sixty: its time to be offered has not come."""

    def make() -> Leg:
        leg, now = open_job(), simulated_clock()
        Leg.objects.filter(pk=leg.pk).update(
            ready_at=now + timedelta(minutes=20), due_at=now + timedelta(minutes=60)
        )
        return leg

    return make


@pytest.fixture
def too_late(planned):
    """too_late(): the same, due before it is ready."""

    def make() -> Leg:
        leg = planned()
        Leg.objects.filter(pk=leg.pk).update(due_at=leg.opened_at)
        return leg

    return make


def shown(courier) -> list[str]:
    return selectors.hall(courier).nos


def test_what_the_plan_brings_on_time_is_not_shown_and_not_grabbed(
    rest_only, campus, planned, too_late, at_work, courier_qian, client_of
):
    kept, late = planned(), too_late()
    services.plan_round(campus=campus, steps=100)
    assert Planning.objects.get(campus=campus).rest == [late.pk]
    assert shown(courier_qian) == [late.no]
    page = client_of(courier_qian).post(f"/c/grab/{kept.no}/", follow=True)
    assert "offered to couriers one by one" in page.content.decode()
    client_of(courier_qian).post(f"/c/grab/{late.no}/")
    kept.refresh_from_db(), late.refresh_from_db()
    assert (kept.courier, late.courier) == (None, courier_qian)


def test_nothing_is_kept_back_where_nobody_can_be_asked(rest_only, campus, open_job, courier_zhao):
    leg = open_job()
    assert services.plan_round(campus=campus, steps=10).couriers == 0  # nobody knows where Zhao is
    assert shown(courier_zhao) == [leg.no]


def test_without_a_plan_of_late_everything_lies_in_the_hall(
    rest_only, campus, open_job, at_work, courier_qian, simulated_clock
):
    services.plan_round(campus=campus, steps=10)
    leg = open_job()
    assert shown(courier_qian) == []  # the next round sees it first
    simulated_clock.advance(minutes=3)
    assert shown(courier_qian) == [leg.no]


def test_other_kinds_are_shown_as_they_were(rest_only, campus, open_job, at_work, courier_qian):
    DispatchRule.objects.create(campus=campus, kind="document", hall=True, offers=False)
    services.plan_round(campus=campus, steps=10)
    open_job()
    document = open_job(kind="document", what="")
    assert shown(courier_qian) == [document.no]


def test_couriers_pages_hear_of_what_the_plan_has_let_go(
    rest_only, campus, planned, at_work, simulated_clock, monkeypatch
):
    leg, heard = planned(), []
    monkeypatch.setattr(realtime, "broadcast", lambda groups, t, **data: heard.append((groups, t)))
    news = (f"hall.{campus.pk}", "jobs")
    services.plan_round(campus=campus, steps=100)
    assert news not in heard
    Leg.objects.filter(pk=leg.pk).update(due_at=leg.opened_at)
    services.plan_round(campus=campus, steps=100)
    services.plan_round(campus=campus, steps=100)
    assert heard.count(news) == 1


def test_the_rest_needs_both_ways(campus):
    rule = DispatchRule(campus=campus, hall=True, offers=False, hall_rest=True)
    with pytest.raises(ValidationError, match="both on"):
        rule.full_clean()
