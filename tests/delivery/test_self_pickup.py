"""A customer fetches from the relay station what nobody has come for: recorded, paid back, and once."""

import pytest

from core.errors import Invalid, NotAllowed, WrongState
from couriers import services as couriers
from delivery import selectors, services
from delivery.models import Leg, LegStatus, RelayStation, ScanCode, ShelfItem
from dispatch import services as dispatch
from exceptions.models import Ticket
from notifications.models import Notice
from orders import current_leg
from orders import services as orders
from orders.models import Status
from orders.permissions import allowed
from orders.timeline import timeline
from payments.selectors import check_ledger
from payments.services import balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def lying(on_shelf):
    """An order of Lin's in the station, on which nobody has come yet."""
    order = on_shelf(tip_fen=300).order
    order.refresh_from_db()
    return order


@pytest.fixture
def digits(station) -> str:
    return services.place_qr_code(station.place).digits


def test_with_the_stations_digits_it_is_theirs(lying, student_lin, courier_zhao, digits):
    first, second = lying.legs.order_by("sequence")
    before = balance("wallet", user=student_lin)

    order = services.fetch_oneself(order=lying, actor=student_lin, text=digits)

    order.refresh_from_db(), second.refresh_from_db()
    assert (order.status, second.status) == (Status.DELIVERED, LegStatus.CANCELLED)
    assert balance("wallet", user=student_lin) == before + second.pay_fen + 300
    assert balance("escrow", ref=order.no) == 0
    assert check_ledger() == []
    last = selectors.where_is(order)
    assert (last.act, last.taker, last.how) == ("fetched", student_lin, "digits")
    assert ShelfItem.objects.get(order=order).taken_at
    assert "Fetched from the relay station by the customer" in timeline(order.history.all())[-1].text
    orders.complete_order(order=order, actor=student_lin)
    assert first.pay_fen == balance("courier_earnings", user=courier_zhao.user)


def test_twice_is_once(lying, student_lin, digits):
    services.fetch_oneself(order=lying, actor=student_lin, text=digits)
    lying.refresh_from_db()
    money = balance("wallet", user=student_lin)

    services.fetch_oneself(order=lying, actor=student_lin, text=digits)

    assert balance("wallet", user=student_lin) == money


def test_only_its_customer_with_that_stations_code(lying, student_lin, student_mei, places, digits):
    with pytest.raises(NotAllowed):
        services.fetch_oneself(order=lying, actor=student_mei, text=digits)
    with pytest.raises(Invalid):
        services.fetch_oneself(order=lying, actor=student_lin, text="nonsense")
    elsewhere = services.place_qr_code(places.parcel_station).signed
    with pytest.raises(WrongState, match="Women's relay"):
        services.fetch_oneself(order=lying, actor=student_lin, text=elsewhere)
    assert ShelfItem.objects.get(order=lying).taken_at is None


def test_not_when_a_courier_is_on_the_way_to_it(lying, student_lin, courier_qian, digits):
    dispatch.grab(leg=lying.legs.get(sequence=2), courier=courier_qian)

    with pytest.raises(WrongState, match="already on the way"):
        services.fetch_oneself(order=lying, actor=student_lin, text=digits)


def test_where_a_keeper_gives_out_it_takes_the_keepers_code(lying, student_lin, keeper_zhou, digits):
    RelayStation.objects.update(self_service=False)
    with pytest.raises(WrongState, match="keeper"):
        services.fetch_oneself(order=lying, actor=student_lin, text=digits)

    shown = services.issue_handover_code(
        leg=lying.legs.get(sequence=2), purpose=ScanCode.Purpose.PICKUP, actor=keeper_zhou
    )
    services.fetch_oneself(order=lying, actor=student_lin, text=shown.signed)

    assert selectors.where_is(lying).giver == keeper_zhou


def test_in_the_browser(lying, student_lin, client_of, digits):
    browser = client_of(student_lin)
    assert "I fetch it myself" in browser.get(f"/o/{lying.no}/").text
    page = browser.get(f"/c/fetch/{lying.no}/").text
    assert "Women&#x27;s relay" in page
    assert browser.post(f"/c/fetch/{lying.no}/", {"digits": "0000"}).status_code in (400, 409, 422)
    browser.post(f"/c/fetch/{lying.no}/", {"digits": digits})

    shown = browser.get(f"/o/{lying.no}/").text
    assert "<h1>You have fetched it</h1>" in shown
    assert "I fetch it myself" not in shown
    assert not Notice.objects.filter(user=student_lin, kind="delivered").exists()


class TestOnTheWayToTheStation:
    """What the customer reads, sees and shows follows the leg that their goods are on."""

    def test_it_names_the_station_and_asks_for_no_code(
        self, open_job, carry, places, station, student_lin, courier_zhao, client_of
    ):
        leg = open_job(dropoff=places.dorm_women)
        browser, order = client_of(student_lin), leg.order
        carry(leg, courier_zhao)
        assert "then to Women&#x27;s relay" in browser.get(f"/o/{order.no}/").text
        services.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
        services.pick_up(leg=leg, actor=courier_zhao.user)

        page = browser.get(f"/o/{order.no}/").text
        assert "<h1>On the way to Women&#x27;s relay</h1>" in page
        assert "Receiving code" not in page
        assert "Picked up, on the way to the relay station" in page
        order.refresh_from_db()
        assert not allowed(order, leg=current_leg.of_order(order)).show_code
        assert browser.get(f"/o/{order.no}/code/").status_code == 302
        told = Notice.objects.get(user=student_lin, kind="courier_picked_up")
        assert told.title == "On the way to Women's relay"

    def test_the_route_ends_at_the_station(self, open_job, carry, places, station, student_lin, courier_zhao):
        leg = open_job(dropoff=places.dorm_women)
        carry(leg, courier_zhao, stages=2)
        leg.order.refresh_from_db()

        drawn = selectors.map_data(leg.order, student_lin)
        end = drawn["route"]["path"][-1]
        near = min(
            (station.place, places.dorm_women),
            key=lambda place: abs(place.lat - end[0]) + abs(place.lon - end[1]),
        )
        assert near == station.place
        assert "Women's relay" in [pin["label"] for pin in drawn["pins"]]

    def test_in_the_station_it_says_whether_somebody_takes_it_on(
        self, lying, student_lin, courier_qian, client_of
    ):
        browser = client_of(student_lin)
        assert "1 courier on duty may take it now." in browser.get(f"/o/{lying.no}/").text
        couriers.set_duty(courier=courier_qian, on=False)
        assert "Nobody may take it to your door just now" in browser.get(f"/o/{lying.no}/").text
        couriers.set_duty(courier=courier_qian, on=True)
        dispatch.grab(leg=lying.legs.get(sequence=2), courier=courier_qian)

        page = browser.get(f"/o/{lying.no}/").text
        assert "The next courier is on the way to fetch it" in page
        assert "Receiving code" in page


class TestNobodyToTakeItOn:
    """Customer and operators hear at once."""

    def tickets(self, order):
        return Ticket.objects.filter(order=order, type="nobody_at_relay")

    @pytest.mark.raises_type("nobody_at_relay")
    def test_when_it_comes_to_the_station(self, on_shelf, student_lin):
        order = on_shelf().order

        assert self.tickets(order).count() == 1
        told = Notice.objects.get(user=student_lin, kind="ticket_opened")
        assert "nobody may take it to your door now" in told.title

    def test_not_while_somebody_may(self, on_shelf, courier_qian):
        assert not self.tickets(on_shelf().order).exists()

    def test_when_the_last_one_goes_off_duty(self, on_shelf, courier_qian):
        order = on_shelf().order
        couriers.set_duty(courier=courier_qian, on=False)

        assert self.tickets(order).count() == 1

    def test_settled_when_somebody_takes_it(self, on_shelf, courier_qian):
        couriers.set_duty(courier=courier_qian, on=False)
        order = on_shelf().order
        couriers.set_duty(courier=courier_qian, on=True)
        courier_qian.refresh_from_db()
        dispatch.grab(leg=order.legs.get(sequence=2), courier=courier_qian)

        assert self.tickets(order).get().status == "resolved"

    def test_settled_when_the_customer_fetches_it(self, on_shelf, student_lin, digits):
        order = on_shelf().order
        order.refresh_from_db()
        services.fetch_oneself(order=order, actor=student_lin, text=digits)

        assert self.tickets(order).get().status == "resolved"
        assert not Leg.objects.filter(order=order, status=LegStatus.OPEN).exists()
