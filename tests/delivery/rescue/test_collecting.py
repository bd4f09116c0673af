"""The goods change hands, by scan or by photo: custody, pay, and the way to the door."""

import pytest

from core.errors import Invalid, NotAllowed, WrongState
from delivery import selectors, services
from delivery.models import Custody, LegStatus
from dispatch import services as dispatch
from orders import services as orders
from orders.models import Status
from payments.models import Account
from payments.selectors import check_ledger
from payments.services import balance
from tests.delivery.rescue.conftest import HANDED_ON, earned, show_code

pytestmark = pytest.mark.django_db


def test_met_and_scanned(first, send, courier_zhao, courier_qian):
    leg = send(first)
    dispatch.process_scan(text=show_code(first, courier_zhao), courier=courier_qian)
    first.refresh_from_db()
    leg.refresh_from_db()
    assert (first.status, leg.status) == (HANDED_ON, LegStatus.PICKED_UP)
    link = selectors.where_is(leg.order)
    assert (link.act, link.how, link.giver, link.taker) == (
        "transferred",
        "scan",
        courier_zhao.user,
        courier_qian.user,
    )


def test_scanned_twice_is_once(first, send, courier_zhao, courier_qian):
    send(first)
    code = show_code(first, courier_zhao)
    for _ in range(2):
        dispatch.process_scan(text=code, courier=courier_qian)
    assert Custody.objects.filter(act="transferred").count() == 1


def test_nobody_else_takes_it_by_that_code(first, send, courier_zhao, campus):
    from tests import factories

    send(first)
    other = factories.CourierFactory(campus=campus)
    with pytest.raises(NotAllowed, match="on the way to fetch"):
        dispatch.process_scan(text=show_code(first, courier_zhao), courier=other)


def test_found_where_it_lies_by_a_photo(first, send, courier_qian, photo, places):
    leg = send(first, way="fetch", note="under the stairs")
    services.arrive_at_pickup(leg=leg, actor=courier_qian.user, where=places.print_shop.position)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo(), where=places.print_shop.position)
    link = selectors.where_is(leg.order)
    assert (link.act, link.how, link.giver, link.taker) == ("collected", "photo", None, courier_qian.user)
    assert link.photo is not None
    assert link.metres_away == 0


def test_without_scan_or_photo_nothing_is_taken_over(first, send, courier_qian):
    leg = send(first)
    with pytest.raises(WrongState, match="photo"):
        services.collect(leg=leg, actor=courier_qian.user)
    services.arrive_at_pickup(leg=leg, actor=courier_qian.user)
    with pytest.raises(Invalid, match="photograph it"):
        services.pick_up(leg=leg, actor=courier_qian.user)


def test_a_poster_nearby_takes_nothing_over(first, send, courier_qian, places):
    send(first)
    with pytest.raises(WrongState):
        dispatch.process_scan(text=services.place_qr_code(places.print_shop).signed, courier=courier_qian)


def test_then_it_is_delivered_as_ever(first, send, courier_zhao, courier_qian, student_lin):
    leg = send(first)
    dispatch.process_scan(text=show_code(first, courier_zhao), courier=courier_qian)
    services.arrive_at_dropoff(leg=leg, actor=courier_qian.user)
    services.deliver(leg=leg, actor=courier_qian.user, code=leg.order.receiving_code)
    leg.order.refresh_from_db()
    assert leg.order.status == Status.DELIVERED
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == 0
    assert check_ledger() == []
    orders.complete_order(order=leg.order, actor=student_lin)


def test_each_is_paid_their_part_and_the_platform_bears_the_rest(
    first, send, courier_zhao, courier_qian, campus
):
    whole, before = first.pay_fen, balance(Account.Kind.PLATFORM_COMPENSATION, campus=campus)
    leg = send(first)
    rescue = leg.rescue
    assert earned(courier_zhao) == 0  # not before somebody has it
    dispatch.process_scan(text=show_code(first, courier_zhao), courier=courier_qian)
    assert earned(courier_zhao) == rescue.giver_fen > 0
    services.arrive_at_dropoff(leg=leg, actor=courier_qian.user)
    services.deliver(leg=leg, actor=courier_qian.user, code=leg.order.receiving_code)
    assert earned(courier_qian) == whole
    assert balance(Account.Kind.PLATFORM_COMPENSATION, campus=campus) == before - rescue.giver_fen


def test_both_read_it_among_their_jobs(first, send, courier_zhao, courier_qian):
    send(first)
    dispatch.process_scan(text=show_code(first, courier_zhao), courier=courier_qian)
    first.refresh_from_db()
    assert selectors.earnings(courier_zhao).today_fen == first.pay_fen
    assert [leg.earned_fen for leg in selectors.done_jobs(courier_zhao)] == [first.pay_fen]


def test_a_rescuer_can_be_rescued(first, send, courier_zhao, courier_qian, campus, photo):
    from tests import factories

    third = factories.CourierFactory(campus=campus)
    second = send(first)
    services.collect(leg=second, actor=courier_qian.user, photo=photo())
    last = send(second, courier=third)
    services.collect(leg=last, actor=third.user, photo=photo())
    services.arrive_at_dropoff(leg=last, actor=third.user)
    services.deliver(leg=last, actor=third.user, code=last.order.receiving_code)
    first.refresh_from_db(), second.refresh_from_db(), last.refresh_from_db()
    assert first.pay_fen + second.pay_fen + last.pay_fen == last.order.courier_fen
    assert [earned(one) for one in (courier_zhao, courier_qian, third)] == [
        first.total_fen, second.pay_fen, last.total_fen
    ]  # fmt: skip
    assert balance(Account.Kind.ESCROW, ref=last.order.no) == 0


def test_on_the_way_to_a_relay_it_goes_on_to_its_shelf(
    station, open_job, carry, places, send, courier_zhao, courier_qian, photo
):
    first = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=2)
    leg = send(first)
    assert (leg.to_shelf, leg.dropoff, leg.relay) == (True, station.place, station)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_qian)
    first.refresh_from_db(), leg.refresh_from_db()
    second = leg.order.legs.get(sequence=2)
    assert first.pay_fen + leg.pay_fen + second.pay_fen == leg.order.courier_fen
    assert (leg.status, second.status) == (LegStatus.DONE, LegStatus.OPEN)
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == leg.order.fee_fen - first.pay_fen - leg.pay_fen


def test_what_goes_back_goes_back_with_the_second(first, send, operator_wang, courier_qian, photo, places):
    services.send_back(order=first.order, actor=operator_wang, reason="refused")
    first.refresh_from_db()
    leg = send(first)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    services.arrive_at_dropoff(leg=leg, actor=courier_qian.user)
    services.bring_back(leg=leg, actor=courier_qian.user)
    leg.order.refresh_from_db()
    assert (leg.order.status, leg.dropoff) == (Status.RETURNED, places.parcel_station)
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == 0


def test_after_a_rescue_it_goes_back_to_where_it_was_fetched_first(
    first, send, operator_wang, courier_qian, photo, places
):
    leg = send(first)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    services.send_back(order=leg.order, actor=operator_wang)
    leg.refresh_from_db()
    assert leg.dropoff == places.parcel_station


def test_goods_that_are_lost_after_it_leave_nothing_behind(first, send, operator_wang, courier_qian, photo):
    leg = send(first)
    services.collect(leg=leg, actor=courier_qian.user, photo=photo())
    services.write_off(order=leg.order, actor=operator_wang, paid=True)
    assert balance(Account.Kind.ESCROW, ref=leg.order.no) == 0
    assert check_ledger() == []
