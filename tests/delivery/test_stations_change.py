"""An operator changes what a relay station serves, or closes it, while goods are on their way there or lie on its shelf."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campus.models import Place
from core.errors import TooLate
from delivery import selectors, services
from delivery.models import LegStatus, ShelfItem
from dispatch import services as dispatch
from dispatch.models import Offer
from tests import factories

pytestmark = pytest.mark.django_db


def area_is_taken_off(station, places):
    station.zones.remove(places.dorm_women.zone)


def building_is_moved(station, places):
    Place.objects.filter(pk=places.dorm_women.pk).update(zone=places.dorm_north.zone)


def station_is_closed(station, places):
    station.is_active = False
    station.save(update_fields=["is_active"])


CHANGES = [area_is_taken_off, building_is_moved, station_is_closed]


# -- While nobody has taken it -----------------------------------------------------------------------------


@pytest.mark.parametrize("change", CHANGES)
def test_what_nobody_could_take_any_more_goes_another_way(
    open_job, places, station, courier_zhao, courier_qian, change
):
    leg = open_job(dropoff=places.dorm_women)
    change(station, places)
    with pytest.raises(TooLate, match="job has just been changed"):
        dispatch.grab(leg=leg, courier=courier_zhao)
    assert services.split_waiting() == 1
    only = leg.order.legs.exclude(status=LegStatus.CANCELLED).get()
    assert (only.relay, only.dropoff, only.status) == (None, places.dorm_women, LegStatus.OPEN)
    assert only.pay_fen == leg.order.courier_fen
    assert services.split_waiting() == 0
    assert dispatch.grab(leg=only, courier=courier_qian).courier == courier_qian


def test_it_goes_by_the_station_that_serves_it_now(open_job, campus, places, station):
    leg = open_job(dropoff=places.dorm_women)
    place = factories.PlaceFactory(campus=campus, kind=Place.Kind.RELAY_STATION)
    other = factories.RelayStationFactory(place=place)
    other.zones.add(places.dorm_women.zone)
    area_is_taken_off(station, places)
    assert services.split_waiting() == 1
    first, second = leg.order.legs.exclude(status=LegStatus.CANCELLED).order_by("sequence")
    assert (first.relay, second.relay, first.dropoff) == (other, other, place)


def test_whoever_is_being_asked_hears_at_once(open_job, places, station, courier_zhao):
    leg = open_job(dropoff=places.dorm_women)
    offer = dispatch.make_offer(courier=courier_zhao, legs=[leg])
    area_is_taken_off(station, places)
    assert services.split_waiting() == 1
    offer.refresh_from_db()
    assert offer.status == Offer.Status.WITHDRAWN


@pytest.mark.parametrize("change", CHANGES)
def test_who_has_taken_it_brings_it_there(open_job, places, station, courier_zhao, carry, change):
    leg = carry(open_job(dropoff=places.dorm_women), courier_zhao)
    change(station, places)
    assert services.split_waiting() == 0
    leg.refresh_from_db()
    assert (leg.status, leg.dropoff) == (LegStatus.ASSIGNED, station.place)


# -- The keeper of a station that is closed ----------------------------------------------------------------


def test_a_closed_station_is_kept_until_the_last_goods_are_gone(
    open_job, places, station, keeper_zhou, courier_zhao, courier_qian, carry, client_of
):
    first = carry(open_job(dropoff=places.dorm_women), courier_zhao)
    station_is_closed(station, places)
    desk = client_of(keeper_zhou)
    assert desk.get("/r/").status_code == 200  # Zhao is coming
    for stage in (services.arrive_at_pickup, services.pick_up):
        stage(leg=first, actor=courier_zhao.user)
    code = services.issue_handover_code(leg=first, purpose="hand_in", actor=courier_zhao.user)
    assert desk.post("/r/", {"c": code.signed}).status_code == 302
    page = desk.get("/r/")
    assert first.order.no in page.text
    assert "Closed now" in page.text
    second = first.order.legs.get(sequence=2)
    dispatch.grab(leg=second, courier=courier_qian)
    code = services.issue_handover_code(leg=second, purpose="hand_out", actor=courier_qian.user)
    assert desk.post("/r/", {"c": code.signed}).status_code == 302
    assert desk.get("/r/").status_code == 403


def test_what_is_missing_from_a_closed_shelf_may_still_be_found(
    open_job, places, station, keeper_zhou, courier_zhao, supervisor_sun, carry
):
    leg = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=3)
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_zhao)
    station_is_closed(station, places)
    services.report_missing(item=ShelfItem.objects.get(), actor=keeper_zhou)
    assert list(selectors.stations_of(keeper_zhou)) == [station]
    services.write_off(order=leg.order, actor=supervisor_sun)
    assert list(selectors.stations_of(keeper_zhou)) == []


def test_the_keepers_stations_are_one_query(campus, station, keeper_zhou):
    for _ in range(3):
        place = factories.PlaceFactory(campus=campus, kind=Place.Kind.RELAY_STATION)
        factories.RelayStationFactory(place=place).keepers.add(keeper_zhou)
    with CaptureQueriesContext(connection) as caught:
        assert len(selectors.stations_of(keeper_zhou)) == 4
    assert len(caught) == 1
