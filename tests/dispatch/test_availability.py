"""Before paying and while nobody has accepted, the page says who could carry it, and what there is to choose."""

from datetime import timedelta

import pytest

from campus.models import Vehicle
from core import clock
from core.errors import Invalid, NotAllowed, WrongState
from couriers import services as couriers
from couriers.models import Courier, Shift
from delivery import services as delivery
from delivery.models import RelayStation
from dispatch import services as dispatch
from notifications.models import Notice
from orders import availability, services
from orders.models import Order, Status
from orders.requests import ErrandRequest
from payments.services import balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(campus, places, student_lin, simulated_clock):
    """seen(**changes): what Lin's page would know of a parcel to dorm 3."""

    def look(**changes):
        wish = {"pickup": places.parcel_station, "dropoff": places.dorm_north}
        return availability.of_request(
            ErrandRequest(campus=campus, kind="parcel", **(wish | changes)), student_lin
        )

    return look


@pytest.fixture
def impatient(open_job):
    """impatient(**changes): an order that Lin has paid, to be given up after half an hour; its leg."""
    return lambda **changes: open_job(give_up_minutes=30, **changes)


class TestWhoCould:
    def test_nobody_is_on_duty(self, seen):
        found = seen()

        assert found.is_nobody
        assert found.reason == "No courier is on duty on your campus just now."
        assert (found.shift_at, found.usual_minutes) == (None, None)

    def test_those_on_duty_are_counted_and_full_hands_are_another_thing(
        self, seen, courier_zhao, courier_qian, open_job, carry
    ):
        assert (seen().free, seen().busy) == (2, 0)
        Courier.objects.filter(pk=courier_zhao.pk).update(capacity=1)
        carry(open_job(), courier_zhao)

        assert (seen().free, seen().busy) == (1, 1)

    @pytest.mark.parametrize(
        "changes, reason",
        [
            ({"gender_wanted": "female"}, "Only a woman may carry it"),
            ({"weight_kg": 20}, "too heavy"),
            ({"goods_value_fen": 300_00}, "goods of this value"),
        ],
    )
    def test_why_nobody_may(self, seen, courier_zhao, changes, reason):
        Courier.objects.filter(pk=courier_zhao.pk).update(vehicle=Vehicle.FOOT, credit=10)

        found = seen(**changes)

        assert found.is_nobody
        assert reason in found.reason

    def test_the_one_who_comes_closest_gives_the_reason(self, seen, courier_zhao, courier_qian):
        """A woman is on duty: that none is would be false."""
        Courier.objects.update(vehicle=Vehicle.FOOT)

        assert "too heavy" in seen(gender_wanted="female", weight_kg=20).reason

    def test_who_is_blocked_is_not_told_of(self, seen, student_lin, courier_zhao, open_job, carry):
        carry(open_job(), courier_zhao)
        dispatch.block(actor=student_lin, other=courier_zhao.user)

        assert seen().reason == "Nobody who is on duty just now may carry it."

    def test_a_womens_dorm_goes_by_the_station_and_says_whether_somebody_takes_it_on(
        self, seen, station, places, courier_zhao, courier_qian
    ):
        found = seen(dropoff=places.dorm_women)
        assert (found.station, found.onward, found.stops_at_station) == (station.place, 1, False)

        couriers.set_duty(courier=courier_qian, on=False)
        found = seen(dropoff=places.dorm_women)
        assert (found.free, found.stops_at_station) == (1, True)

        RelayStation.objects.update(is_active=False)
        assert "Only a woman may carry it" in seen(dropoff=places.dorm_women).reason

    def test_a_station_that_is_closed_is_named(self, seen, station, places, courier_zhao, simulated_clock):
        RelayStation.objects.update(hours="01:00-02:00")

        assert (
            "Women's relay, by which it could go, is closed or full."
            in seen(dropoff=places.dorm_women).reason
        )

    def test_the_next_shift_of_somebody_who_may_is_the_basis(self, seen, campus, places, courier_qian):
        couriers.set_duty(courier=courier_qian, on=False)
        for hours in (2, 3):
            at = clock.now() + timedelta(hours=hours)
            shift = Shift.objects.create(campus=campus, zone=places.dorm_north.zone, starts_at=at, places=3)
            shift.assignments.create(courier=courier_qian, starts_at=at)

        assert (seen().shift_at, seen().shift_couriers) == (clock.now() + timedelta(hours=2), 1)
        assert seen(gender_wanted="male").shift_at is None

    def test_the_usual_wait_is_of_this_hour_and_of_enough_orders(
        self, seen, open_job, carry, courier_zhao, simulated_clock
    ):
        Courier.objects.update(capacity=9)
        for minutes in (1, 2, 4, 8):
            leg = open_job()
            simulated_clock.advance(minutes=minutes)
            carry(leg, courier_zhao)
        assert seen().usual_minutes is None

        leg = open_job()
        simulated_clock.advance(minutes=4)
        carry(leg, courier_zhao)
        assert (seen().usual_minutes, seen().usual_orders) == (4, 5)

    def test_of_a_booked_one_nobody_knows(self, seen):
        start = clock.now() + timedelta(hours=3)

        assert seen(window_start=start, window_end=start + timedelta(minutes=30)) is None


class TestBeforePaying:
    def form(self, places, **more):
        return {
            "pickup": places.parcel_station.pk, "pickup_codes": "5-2-1188", "size": "S", "weight_kg": 1,
            "dropoff": places.dorm_north.pk, "dropoff_detail": "302", "window": "asap", "gender_wanted": "any",
            "tip": "", "note": "", "goods_value": "", "contact_name": "", "contact_phone": "", "gateway": "wallet",
            "key": "ABCDEFGH23",
        } | more  # fmt: skip

    def test_it_is_said_with_choices_and_no_promise(self, client_of, student_lin, places, simulated_clock):
        page = client_of(student_lin).post("/new/parcel/price/", self.form(places)).text

        assert "No courier is on duty on your campus just now." in page
        assert "If nobody accepts, everything comes back after" in page
        assert "Book it for later instead" in page
        assert "If somebody accepts in time, with you by" in page
        assert "With you by about" not in page

    def test_with_somebody_on_duty_it_says_how_many(self, client_of, student_lin, places, courier_zhao):
        page = client_of(student_lin).post("/new/parcel/price/", self.form(places)).text

        assert "1 courier on duty may take it now." in page
        assert 'name="give_up"' not in page

    def test_the_choice_is_kept_and_the_promise_counts_it(
        self, client_of, student_lin, places, wallet_money, simulated_clock
    ):
        wallet_money(student_lin, 10_000)
        client_of(student_lin).post("/new/parcel/", self.form(places, give_up="60", somebody=""))

        order = Order.objects.get()
        assert order.give_up_at == clock.now() + timedelta(minutes=60)
        assert order.promised_at > order.give_up_at

    def test_who_went_off_duty_meanwhile_is_said_before_it_is_paid(
        self, client_of, student_lin, places, wallet_money, simulated_clock
    ):
        wallet_money(student_lin, 10_000)
        answer = client_of(student_lin).post("/new/parcel/", self.form(places, somebody="1"))

        assert answer.status_code == 422
        assert "has just gone off duty" in answer.text
        assert not Order.objects.exists()

    def test_who_came_on_duty_meanwhile_needs_no_patience(
        self, client_of, student_lin, places, wallet_money, courier_zhao, simulated_clock
    ):
        wallet_money(student_lin, 10_000)
        client_of(student_lin).post("/new/parcel/", self.form(places, give_up="15", somebody=""))

        assert Order.objects.get().give_up_at is None

    def test_relay_is_said_with_its_station_and_fetching_it_there_is_offered(
        self, client_of, student_lin, places, station, courier_zhao
    ):
        form = self.form(places, dropoff=places.dorm_women.pk)
        page = client_of(student_lin).post("/new/parcel/price/", form).text

        assert "It goes by Women&#x27;s relay" in page
        assert "Nobody who is on duty just now may take it from there to your door." in page
        assert f'data-address="{station.place_id}"' in page


class TestGivingUp:
    def test_it_is_cancelled_by_itself_and_all_comes_back(
        self, impatient, student_lin, simulated_clock, client_of
    ):
        order = impatient().order
        before = balance("wallet", user=student_lin)
        simulated_clock.advance(minutes=29)
        assert services.cancel_unaccepted() == 0
        simulated_clock.advance(minutes=1)

        assert (services.cancel_unaccepted(), services.cancel_unaccepted()) == (1, 0)
        order.refresh_from_db()
        assert order.status == Status.CANCELLED
        assert balance("wallet", user=student_lin) == before + order.total_fen
        told = Notice.objects.get(user=student_lin, kind="order_cancelled")
        assert "No courier came" in told.title
        page = client_of(student_lin).get(f"/o/{order.no}/").text
        assert "<h1>Nobody accepted it in time</h1>" in page

    def test_not_once_somebody_has_accepted(self, impatient, carry, courier_zhao, simulated_clock):
        leg = carry(impatient(), courier_zhao)
        simulated_clock.advance(minutes=40)

        assert services.cancel_unaccepted() == 0
        leg.order.refresh_from_db()
        assert (leg.order.status, leg.order.give_up_at) == (Status.ACCEPTED, None)

    def test_given_back_the_time_begins_anew(self, impatient, carry, courier_zhao, simulated_clock):
        leg = carry(impatient(), courier_zhao)
        simulated_clock.advance(minutes=20)
        delivery.give_back(leg=leg, actor=courier_zhao.user, reason="other")

        order = Order.objects.get()
        assert order.give_up_at == clock.now() + timedelta(minutes=30)

    def test_the_customer_changes_it_on_the_way(self, open_job, student_lin, client_of, simulated_clock):
        order = open_job().order
        browser = client_of(student_lin)
        assert "If nobody comes" in browser.get(f"/o/{order.no}/").text

        browser.post(f"/o/{order.no}/patience/", {"minutes": "15"})
        order.refresh_from_db()
        assert order.give_up_at == clock.now() + timedelta(minutes=15)
        browser.post(f"/o/{order.no}/patience/", {"minutes": "0"})
        order.refresh_from_db()
        assert order.give_up_at is None

    def test_only_its_customer_only_these_times_and_only_while_looking(
        self, open_job, carry, student_lin, student_mei, courier_zhao
    ):
        leg = open_job()
        with pytest.raises(NotAllowed):
            services.set_patience(order=leg.order, actor=student_mei, minutes=15)
        with pytest.raises(Invalid):
            services.set_patience(order=leg.order, actor=student_lin, minutes=7)
        carry(leg, courier_zhao)
        with pytest.raises(WrongState):
            services.set_patience(order=leg.order, actor=student_lin, minutes=15)


class TestAfterPaying:
    def test_the_page_says_that_nobody_is_there(self, open_job, student_lin, client_of):
        page = client_of(student_lin).get(f"/o/{open_job().order.no}/").text

        assert "<h1>Nobody can take it just now</h1>" in page
        assert "No courier is on duty on your campus just now." in page
        assert "Expected by" not in page
        assert "A tip gets it moving" not in page

    def test_or_how_many_are(self, open_job, student_lin, client_of, courier_zhao):
        page = client_of(student_lin).get(f"/o/{open_job().order.no}/").text

        assert "1 courier on duty may take it now." in page
        assert "A tip gets it moving" in page

    def test_nobody_is_hurried(self, open_job, student_lin, client_of):
        order = open_job().order

        assert "/urge/" not in client_of(student_lin).get(f"/o/{order.no}/").text
        with pytest.raises(WrongState, match="No courier has it"):
            services.urge(order=order, actor=student_lin)
