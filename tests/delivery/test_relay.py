"""A women's dorm, a male courier, a shelf between them: two legs, a share each, and a chain without a gap."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campus.models import Admits, Place
from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from couriers import services as couriers
from delivery import selectors, services
from delivery.models import Custody, LegStatus, RelayStation, ShelfItem
from dispatch import services as dispatch
from exceptions.detection.scanner import scan
from exceptions.models import Ticket
from notifications.models import Notice
from orders import services as orders
from orders.models import Status
from orders.names import courier_name
from orders.timeline import timeline
from payments.selectors import check_ledger
from payments.services import balance
from tests import factories

pytestmark = pytest.mark.django_db


def hold_poster(station):
    return services.place_qr_code(station.place).signed


@pytest.fixture
def when_needed(station):
    station.use = RelayStation.Use.WHEN_NEEDED
    station.save()
    return station


def test_a_mens_courier_goes_to_the_shelf_and_a_woman_from_it_to_the_door(
    open_job, places, station, courier_zhao, courier_qian, carry
):
    first = open_job(dropoff=places.dorm_women)
    order, second = first.order, first.order.legs.get(sequence=2)
    assert (first.status, first.gender, first.dropoff) == (LegStatus.OPEN, Admits.ANY, station.place)
    assert (second.status, second.gender) == (LegStatus.WAITING, Admits.FEMALE)
    assert (second.pickup, second.dropoff) == (station.place, places.dorm_women)
    assert first.pay_fen + second.pay_fen == order.courier_fen
    assert first.due_at < second.due_at == order.promised_at

    carry(first, courier_zhao, stages=3)
    order.refresh_from_db()
    assert order.status == Status.PICKED_UP
    outcome = dispatch.process_scan(text=hold_poster(station), courier=courier_zhao)
    assert "slot 1" in outcome.text
    order.refresh_from_db(), first.refresh_from_db(), second.refresh_from_db()
    assert (order.status, first.status, second.status) == (Status.AT_RELAY, LegStatus.DONE, LegStatus.OPEN)

    with pytest.raises(NotAllowed):
        dispatch.grab(leg=second, courier=courier_zhao)
    dispatch.grab(leg=second, courier=courier_qian)
    services.arrive_at_pickup(leg=second, actor=courier_qian.user)
    assert "slot 1" in dispatch.process_scan(text=hold_poster(station), courier=courier_qian).text
    order.refresh_from_db()
    assert order.status == Status.PICKED_UP
    services.arrive_at_dropoff(leg=second, actor=courier_qian.user)
    services.deliver(leg=second, actor=courier_qian.user, code=order.receiving_code)
    order.refresh_from_db()
    assert order.status == Status.DELIVERED

    acts = [(link.row.act, link.row.giver, link.row.taker) for link in selectors.chain(order)]
    zhao, qian = courier_zhao.user, courier_qian.user
    assert acts == [
        ("picked_up", None, zhao),
        ("shelved", zhao, None),
        ("fetched", None, qian),
        ("delivered", qian, order.customer),
    ]
    told = [line.text for line in timeline(order.history.select_related("actor"))]
    assert told[-5:] == [
        f"{courier_name(qian)} takes over",
        "The next courier has arrived at the relay station",
        "Fetched from the relay station, on the way to you",
        "The courier is at your door",
        "Delivered",
    ]


def test_each_is_paid_their_part_and_the_tip_goes_to_the_one_at_the_door(
    on_shelf, courier_zhao, courier_qian, station
):
    second = on_shelf(tip_fen=300)
    order = second.order
    first = order.legs.get(sequence=1)
    assert balance("courier_earnings", user=courier_zhao.user) == first.pay_fen
    carry_home(second, courier_qian, station)
    assert balance("courier_earnings", user=courier_qian.user) == second.pay_fen + 300
    assert balance("escrow", ref=order.no) == 0
    assert check_ledger() == []
    assert selectors.earnings(courier_zhao).today_fen == first.pay_fen
    assert selectors.earnings(courier_qian).today_fen == second.pay_fen + 300


def test_what_was_bought_is_repaid_to_the_one_who_bought_it(
    open_job, places, courier_zhao, courier_qian, station, photo
):
    from core.images import clean_photo

    leg = open_job(kind="purchase", dropoff=places.dorm_women, pickup=places.canteen, budget_fen=2000)
    dispatch.grab(leg=leg, courier=courier_zhao)
    services.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
    services.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=1500, photo=clean_photo(photo()))
    services.pick_up(leg=leg, actor=courier_zhao.user)
    dispatch.process_scan(text=hold_poster(station), courier=courier_zhao)
    assert balance("courier_earnings", user=courier_zhao.user) == leg.pay_fen + 1500
    second = leg.order.legs.get(sequence=2)
    carry_home(second, courier_qian, station)
    assert balance("courier_earnings", user=courier_qian.user) == second.pay_fen
    assert balance("escrow", ref=leg.order.no) == 0
    assert check_ledger() == []


def carry_home(second, courier, station):
    dispatch.grab(leg=second, courier=courier)
    dispatch.process_scan(text=hold_poster(station), courier=courier)  # you are there, and yours
    services.arrive_at_dropoff(leg=second, actor=courier.user)
    services.deliver(leg=second, actor=courier.user, code=second.order.receiving_code)


def test_a_woman_who_is_free_goes_straight_to_the_door(open_job, places, when_needed, courier_qian):
    leg = open_job(dropoff=places.dorm_women)
    assert (leg.relay, leg.gender, leg.dropoff) == (None, Admits.FEMALE, places.dorm_women)


def test_without_one_who_may_enter_it_goes_by_the_relay(
    open_job, places, when_needed, courier_qian, courier_zhao
):
    couriers.set_duty(courier=courier_qian, on=False)
    assert open_job(dropoff=places.dorm_women).relay == when_needed


@pytest.mark.parametrize("change", [{"is_active": False}, {"hours": "18:00-23:00"}, {"slots": 1}])
def test_a_closed_or_full_station_takes_nothing(open_job, places, station, change, on_shelf):
    if "slots" in change:
        on_shelf()
    RelayStation.objects.filter(pk=station.pk).update(**change)
    leg = open_job(dropoff=places.dorm_women)
    assert (leg.relay, leg.gender) == (None, Admits.FEMALE)


def test_a_station_is_open_over_midnight(station):
    station.hours = "18:00-02:00"
    tuesday = datetime(2026, 11, 24, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = [hour for hour in range(24) if station.is_open(tuesday.replace(hour=hour))]
    assert found == [0, 1, 18, 19, 20, 21, 22, 23]
    station.hours = "08:00-23:59"
    assert station.is_open(tuesday.replace(hour=23, minute=59, second=59))


def test_a_direct_leg_that_nobody_takes_goes_by_the_relay(
    open_job, places, when_needed, courier_qian, simulated_clock
):
    leg = open_job(dropoff=places.dorm_women)
    simulated_clock.advance(minutes=2)
    assert services.split_waiting() == 0
    simulated_clock.advance(minutes=2)
    assert services.split_waiting() == 1
    first, second = leg.order.legs.filter(status__in=["open", "waiting"]).order_by("sequence")
    assert (first.relay, second.relay) == (when_needed, when_needed)
    assert services.split_waiting() == 0
    leg.refresh_from_db()
    assert leg.status == LegStatus.CANCELLED


def test_a_second_courier_may_give_it_back_and_it_stays_on_the_shelf(on_shelf, courier_qian):
    second = on_shelf()
    dispatch.grab(leg=second, courier=courier_qian)
    services.give_back(leg=second, actor=courier_qian.user, reason="no_time")
    second.order.refresh_from_db()
    assert second.order.status == Status.AT_RELAY
    again = second.order.legs.get(status=LegStatus.OPEN)
    assert (again.sequence, again.pickup, again.pay_fen) == (2, second.pickup, second.pay_fen)
    assert courier_qian in again.excluded.all()


def test_without_a_scan_nothing_passes_the_shelf(to_shelf, on_shelf, courier_zhao, courier_qian, student_mei):
    first = to_shelf()
    with pytest.raises(Invalid, match="shelf"):
        services.deliver(leg=first, actor=courier_zhao.user, code=first.order.receiving_code)
    second = on_shelf(customer=student_mei)
    dispatch.grab(leg=second, courier=courier_qian)
    services.arrive_at_pickup(leg=second, actor=courier_qian.user)
    with pytest.raises(Invalid, match="shelf"):
        services.pick_up(leg=second, actor=courier_qian.user)


def test_the_keeper_scans_in_and_out(to_shelf, station, keeper_zhou, courier_zhao, courier_qian):
    station.self_service = False
    station.save()
    first = to_shelf()
    with pytest.raises(WrongState, match="keeper"):
        dispatch.process_scan(text=hold_poster(station), courier=courier_zhao)
    code = services.issue_handover_code(leg=first, purpose="hand_in", actor=courier_zhao.user)
    outcome = services.scan_at_station(text=code.digits, station=station, keeper=keeper_zhou)
    assert "slot 1" in outcome.text
    again = services.scan_at_station(text=code.signed, station=station, keeper=keeper_zhou)
    assert again.text == outcome.text
    assert ShelfItem.objects.count() == 1
    second = first.order.legs.get(sequence=2)
    dispatch.grab(leg=second, courier=courier_qian)
    code = services.issue_handover_code(leg=second, purpose="hand_out", actor=courier_qian.user)
    assert "钱悦" in services.scan_at_station(text=code.signed, station=station, keeper=keeper_zhou).text
    shelved, fetched = Custody.objects.filter(act__in=["shelved", "fetched"])
    assert (shelved.giver, shelved.taker, shelved.how) == (courier_zhao.user, keeper_zhou, "digits")
    assert (fetched.giver, fetched.taker, fetched.how) == (keeper_zhou, courier_qian.user, "scan")


def test_the_wrong_station_says_which_is_right(to_shelf, station, campus, places, courier_zhao):
    other = factories.PlaceFactory(
        campus=campus, code="relay-b", kind=Place.Kind.RELAY_STATION, name_en="Other relay"
    )
    elsewhere = factories.RelayStationFactory(place=other)
    first = to_shelf()
    with pytest.raises(WrongState, match="Women's relay"):
        dispatch.process_scan(text=hold_poster(elsewhere), courier=courier_zhao)
    first.refresh_from_db()
    assert first.status == LegStatus.AT_DROPOFF


@pytest.mark.raises_type("stalled_relay")
def test_not_fetched_in_time_is_a_ticket_of_the_scanner(on_shelf, simulated_clock):
    second = on_shelf()
    simulated_clock.advance(minutes=16)  # the policy gives 15
    scan(clock.now())
    ticket = Ticket.objects.get(order=second.order, type="stalled_relay")
    assert (ticket.source, ticket.courier) == ("scanner", None)


def test_slots_are_reused_and_a_full_shelf_takes_nothing_more(
    on_shelf, to_shelf, station, courier_zhao, courier_qian, student_mei
):
    second = on_shelf()
    on_shelf(customer=student_mei)
    assert sorted(ShelfItem.objects.values_list("slot", flat=True)) == [1, 2]
    dispatch.grab(leg=second, courier=courier_qian)
    dispatch.process_scan(text=hold_poster(station), courier=courier_qian)
    first = to_shelf()
    dispatch.process_scan(text=hold_poster(station), courier=courier_zhao)
    assert ShelfItem.objects.get(order=first.order).slot == 1
    last = to_shelf()
    RelayStation.objects.filter(pk=station.pk).update(slots=2)
    with pytest.raises(WrongState, match="full"):
        dispatch.process_scan(text=hold_poster(station), courier=courier_zhao)
    last.refresh_from_db()
    assert last.status == LegStatus.AT_DROPOFF  # still in his hands


def test_a_cancelled_order_takes_both_legs_with_it(open_job, places, station, student_lin):
    leg = open_job(dropoff=places.dorm_women)
    orders.cancel_order(order=leg.order, actor=student_lin)
    assert set(leg.order.legs.values_list("status", flat=True)) == {LegStatus.CANCELLED}


def test_another_door_is_followed_by_the_last_leg_or_by_another_way(
    open_job, places, station, student_lin, campus
):
    leg = open_job(dropoff=places.dorm_women)
    neighbour = factories.PlaceFactory(campus=campus, zone=places.dorm_women.zone, code="women-2")
    orders.change_address(order=leg.order, actor=student_lin, dropoff=neighbour, dropoff_detail="101")
    first, second = leg.order.legs.order_by("sequence")
    assert (first.dropoff, second.dropoff) == (station.place, neighbour)
    orders.change_address(order=leg.order, actor=student_lin, dropoff=places.dorm_north, dropoff_detail="")
    only = leg.order.legs.get(status=LegStatus.OPEN)
    assert (only.relay, only.dropoff) == (None, places.dorm_north)


def test_the_customer_is_told_where_it_is(on_shelf, student_lin, courier_qian, client_of, station):
    second = on_shelf()
    assert Notice.objects.filter(user=student_lin, kind="at_relay").exists()
    page = client_of(student_lin).get(f"/o/{second.order.no}/").content.decode()
    assert "Women&#x27;s relay" in page
    assert "Where it is" in page


def test_the_shelf_counts_what_is_due(
    on_shelf, to_shelf, station, simulated_clock, student_mei, django_assert_num_queries
):
    on_shelf()
    to_shelf(customer=student_mei)
    simulated_clock.advance(minutes=16)
    with django_assert_num_queries(3):
        shelf = selectors.shelf(station)
    assert (len(shelf.lying), len(shelf.coming), shelf.overdue) == (1, 1, 1)
    assert shelf.lying[0].item.due_at < clock.now() - timedelta(seconds=30)


def test_the_list_of_stations_counts_what_lies_there_in_one_query(
    on_shelf, station, supervisor_sun, client_of, campus
):
    on_shelf()
    desk = client_of(supervisor_sun)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            rows = desk.get("/admin/delivery/relaystation/").context["cl"].result_list
        counts = {row.pk: (admin.site.get_model_admin(RelayStation).lying(row), row.slots) for row in rows}
        assert counts[station.pk] == (1, 4)
        return len(caught)

    queries()
    few = queries()
    for _ in range(3):
        place = factories.PlaceFactory(campus=campus, kind=Place.Kind.RELAY_STATION)
        factories.RelayStationFactory(place=place)
    assert queries() == few
