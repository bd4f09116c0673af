"""Goods that are gone for good: the order ends and not a fen stays behind. Or they are found again, and it goes on."""

import pytest

from accounts.models import StaffRole
from core import clock
from core.errors import NotAllowed, WrongState
from delivery import selectors as delivery_selectors
from delivery import services as delivery
from delivery.models import UNFINISHED, LegStatus, RelayStation, ShelfItem
from dispatch import services as dispatch
from exceptions.actions import ACTIONS, run_action
from exceptions.models import Ruling, Ticket
from exceptions.tickets import services
from notifications.models import Notice
from orders import services as orders
from orders.models import Status
from orders.requests import ErrandRequest
from payments.reconciliation.books import escrow_left
from payments.selectors import check_ledger
from payments.services import balance
from tests import factories
from tests.exceptions.actions.running import filled, last_entry, previewed, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def station(campus, places) -> RelayStation:
    """A shelf that everything to the women's dorms goes by; nobody keeps it."""
    place = factories.PlaceFactory(
        campus=campus, code="relay", kind="relay_station", zone=places.dorm_north.zone
    )
    made = factories.RelayStationFactory(place=place, slots=4)
    made.zones.add(places.dorm_women.zone)
    return made


@pytest.fixture
def lost(place, places, station, walk, courier_zhao, courier_qian):
    """lost(**changes): Zhao brought it to the shelf, and Qian did not find it there. The ticket."""

    def go(**changes) -> Ticket:
        order = walk(place(dropoff=places.dorm_women, **changes), "at_dropoff")
        dispatch.process_scan(text=delivery.place_qr_code(station.place).signed, courier=courier_zhao)
        second = order.legs.get(sequence=2)
        dispatch.grab(leg=second, courier=courier_qian)
        delivery.report_missing(item=ShelfItem.objects.get(order=order), actor=courier_qian.user)
        return Ticket.objects.select_related("order__customer", "type", "campus", "courier__user").get(
            type="lost_in_relay", order=order
        )

    return go


@pytest.fixture
def dropped(order, walk, student_lin, courier_zhao, photo) -> Ticket:
    """Zhao reports that what he carries has broken."""
    walk(order, "picked_up")
    return services.report(
        order=order, type="goods_damaged", source="courier", actor=courier_zhao.user, leg=order.legs.get(),
        courier=courier_zhao, photos=[photo()],
    )  # fmt: skip


def ended(ticket) -> None:
    """Nothing of the order waits for anything any more."""
    order = ticket.order
    order.refresh_from_db()
    assert (order.status, order.is_written_off) == (Status.CANCELLED, True)
    assert (order.stage_due_at, order.promise_due_at) == (None, None)
    assert not order.legs.filter(status__in=UNFINISHED).exists()
    assert balance("escrow", ref=order.no) == 0
    assert escrow_left(clock.now()) == []
    assert check_ledger() == []


def test_lost_at_the_relay_ends_with_everything_back_and_the_goods_paid_for(
    lost, operator_wang, moved, student_lin, courier_zhao
):
    ticket = lost()
    order, brought = ticket.order, ticket.order.legs.get(sequence=1)
    said, before = previewed(ticket, "write_off"), last_entry()
    run(ticket, "write_off", operator_wang)
    assert said == moved(before, order)
    assert said == {
        "customer": order.total_fen + 8000,
        "order": brought.pay_fen - order.total_fen,
        "platform": -brought.pay_fen - 8000,
    }
    ended(ticket)
    assert balance("courier_earnings", user=courier_zhao.user) == brought.pay_fen
    ruling = Ruling.objects.get()
    assert (ruling.amount_fen, ruling.ruled_fen) == (8000, None)
    assert list(ruling.shares.values_list("payer", "fen")) == [("platform", 8000)]
    assert order.legs.get(sequence=2).status == LegStatus.CANCELLED
    told = set(Notice.objects.filter(user=student_lin).values_list("kind", flat=True))
    assert {"order_cancelled", "ticket_compensate"} <= told


def test_who_brought_it_gets_their_pay_free_when_the_ticket_is_settled(
    lost, operator_wang, courier_zhao, simulated_clock
):
    ticket = lost()
    run(ticket, "write_off", operator_wang)
    simulated_clock.advance(hours=25)
    assert orders.release_earnings() == 0  # while the ticket is open, what it brought may still be charged
    services.resolve(ticket=ticket, actor=operator_wang, resolution="Paid for")
    assert orders.release_earnings() == 1
    assert (
        balance("courier_withdrawable", user=courier_zhao.user) == ticket.order.legs.get(sequence=1).pay_fen
    )


def test_the_last_one_who_had_it_may_be_charged(lost, operator_wang, moved, courier_zhao):
    ticket = lost()
    earned = ticket.order.legs.get(sequence=1).pay_fen
    said, before = previewed(ticket, "write_off", borne_by="courier"), last_entry()
    assert said["courier"] == -earned
    run(ticket, "write_off", operator_wang, borne_by="courier")
    assert said == moved(before, ticket.order)
    ended(ticket)


def test_what_was_refunded_before_does_not_come_twice(lost, operator_wang, student_lin):
    ticket = lost(goods_value_fen=0)
    wallet = balance("wallet", user=student_lin)
    run(ticket, "refund", operator_wang, key="first", amount_fen="2")
    run(ticket, "write_off", operator_wang)
    assert balance("wallet", user=student_lin) == wallet + ticket.order.total_fen
    assert not Ruling.objects.filter(kind="compensation").exists()  # nothing was declared
    ended(ticket)


@pytest.mark.parametrize("pay", ["paid", "unpaid"])
def test_what_broke_in_somebodys_hands(dropped, operator_wang, moved, courier_zhao, pay):
    said, before = previewed(dropped, "write_off", pay=pay), last_entry()
    run(dropped, "write_off", operator_wang, pay=pay)
    assert said == moved(before, dropped.order)
    leg = dropped.order.legs.get()
    assert leg.status == LegStatus.FAILED
    assert balance("courier_earnings", user=courier_zhao.user) == (leg.pay_fen if pay == "paid" else 0)
    assert ("paid all the same" in courier_zhao.user.notices.get(kind="job_failed").body) == (pay == "paid")
    ended(dropped)


def test_goods_that_were_bought_are_not_paid_for_twice(
    library, campus, places, courier_zhao, student_lin, operator_wang, photo, moved, wallet_money
):
    wallet_money(student_lin, 20_000)
    order = orders.place_order(
        actor=student_lin,
        request=ErrandRequest(
            campus=campus, kind="purchase", pickup=places.canteen, dropoff=places.dorm_north, budget_fen=2000
        ),
        gateway="wallet",
    )
    leg = dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
    delivery.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
    delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=1500, photo=photo())
    delivery.pick_up(leg=leg, actor=courier_zhao.user)
    ticket = services.report(order=order, type="courier_accident", source="courier", actor=courier_zhao.user, leg=leg,
                             courier=courier_zhao)  # fmt: skip
    ticket.order.refresh_from_db()
    assert filled(ticket, "write_off").cleaned_data["pay"] == "paid"  # nobody's fault
    said, before = previewed(ticket, "write_off"), last_entry()
    run(ticket, "write_off", operator_wang)
    assert said == moved(before, order)
    assert said["customer"] == order.total_fen
    assert said["courier"] == leg.pay_fen + 1500
    ended(ticket)


def test_paying_and_charging_the_same_courier_is_refused(dropped):
    form = ACTIONS["write_off"].form(dropped, {"pay": "paid", "borne_by": "courier", "text": "x"})
    assert "borne_by" in form.errors


def test_only_with_goods_on_the_way_and_only_by_who_may_move_money(order, lost, operator_wang, campus):
    ticket = services.report(order=order, type="goods_damaged", source="event")
    assert "Nobody has the goods" in ACTIONS["write_off"].available(ticket, operator_wang)
    with pytest.raises(WrongState):
        run(ticket, "write_off", operator_wang)
    he = factories.UserFactory(is_staff=True)
    factories.StaffRoleFactory(user=he, campus=campus, role=StaffRole.Role.DISPATCHER)
    with pytest.raises(NotAllowed):
        run(lost(), "write_off", he)


def test_pressed_twice_it_ends_once(lost, operator_wang, student_lin):
    ticket = lost()
    press = {"ticket": ticket, "action": "write_off", "actor": operator_wang, "key": "1",
             "params": filled(ticket, "write_off").cleaned_data}  # fmt: skip
    first = run_action(**press)
    wallet = balance("wallet", user=student_lin)
    assert run_action(**press) == first
    assert balance("wallet", user=student_lin) == wallet


def test_the_pages_of_both_say_it(lost, operator_wang, student_lin, courier_zhao, client_of):
    ticket = lost()
    run(ticket, "write_off", operator_wang, text="Not found in three rooms")
    page = client_of(student_lin).get(f"/o/{ticket.order.no}/").content.decode()
    assert "It was lost on the way" in page
    page = client_of(student_lin).get(f"/tickets/{ticket.no}/").content.decode()
    assert "Not found in three rooms" in page
    assert "Everything you paid comes back" in page
    page = client_of(courier_zhao).get(f"/tickets/{ticket.no}/").content.decode()
    assert "The goods are gone. The order has ended." in page
    assert "Everything you paid comes back" not in page


def test_still_lying_somewhere_its_slot_is_free(place, places, station, walk, courier_zhao, operator_wang):
    """Nobody said that it is missing, but it is: the ticket is about its long stay."""
    order = walk(place(dropoff=places.dorm_women), "at_dropoff")
    dispatch.process_scan(text=delivery.place_qr_code(station.place).signed, courier=courier_zhao)
    order.refresh_from_db()
    run(services.report(order=order, type="stalled_relay", source="scanner"), "write_off", operator_wang)
    shelf = delivery_selectors.shelf(station)
    assert (shelf.lying, shelf.missing, shelf.free) == ([], [], 4)
    assert delivery_selectors.where_is(order).act == "missed"


# -- Found again -------------------------------------------------------------------------------------------


def test_found_again_it_is_carried_on(lost, operator_wang, courier_qian, station):
    ticket = lost()
    run(ticket, "found", operator_wang)
    ticket.refresh_from_db()
    assert not ticket.is_unresolved
    second = ticket.order.legs.get(sequence=2)
    assert second.status == LegStatus.OPEN
    assert delivery_selectors.where_is(ticket.order).taker is None  # on the shelf, with nobody
    dispatch.grab(leg=second, courier=courier_qian)
    dispatch.process_scan(text=delivery.place_qr_code(station.place).signed, courier=courier_qian)
    delivery.arrive_at_dropoff(leg=second, actor=courier_qian.user)
    delivery.deliver(leg=second, actor=courier_qian.user, code=ticket.order.receiving_code)
    ticket.order.refresh_from_db()
    assert ticket.order.status == Status.DELIVERED
    assert check_ledger() == []


def test_what_was_written_off_is_not_found_any_more(lost, operator_wang, courier_zhao):
    ticket = lost()
    with pytest.raises(NotAllowed):  # neither keeps the station nor operates the campus
        delivery.report_found(item=ShelfItem.objects.get(), actor=courier_zhao.user)
    run(ticket, "write_off", operator_wang)
    with pytest.raises(WrongState):
        run(ticket, "found", operator_wang, key="press-2")
    with pytest.raises(WrongState):
        delivery.report_found(item=ShelfItem.objects.get(), actor=operator_wang)


def test_lost_on_the_way_back_it_ends_too(dropped, operator_wang, moved):
    run(dropped, "return_goods", operator_wang, key="first")
    dropped.order.refresh_from_db()
    said, before = previewed(dropped, "write_off"), last_entry()
    run(dropped, "write_off", operator_wang)
    assert said == moved(before, dropped.order)
    ended(dropped)
