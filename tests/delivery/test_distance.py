"""Who says "arrived" or "left at the door" somewhere else: asked why, with a photo; the customer's word ends it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campus.geo import metres
from core.errors import Invalid
from couriers.fixes import MOST_DOUBT_M, Position
from delivery import services
from delivery.models import Custody, LegStatus
from delivery.services.proximity import Excuse, FarAway, metres_away
from orders import services as orders
from orders.models import History, Photo
from payments.services import balance

pytestmark = pytest.mark.django_db

DEGREE = 111_195


def away(place, metres: float, **more) -> Position:
    """A position so many metres north of a place."""
    return Position(place.lat + metres / DEGREE, place.lon, **more)


@pytest.fixture
def excuse(photo):
    return Excuse("position: in the cellar", photo())


def test_from_900_m_the_courier_is_asked_why(open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    with pytest.raises(FarAway, match="900 m away from"):
        services.arrive_at_pickup(leg=leg, actor=courier_zhao.user, where=away(leg.pickup, 900))
    leg.refresh_from_db()
    assert leg.status == LegStatus.ASSIGNED


@pytest.mark.parametrize(
    "position",
    [
        {"metres": 199},
        {"metres": 320, "accuracy_m": 125},
        {"metres": 900, "age": timedelta(minutes=2)},
    ],
    ids=["near", "in doubt", "old"],
)
def test_who_is_near_or_may_be_is_not_asked(open_job, carry, courier_zhao, position):
    leg = carry(open_job(), courier_zhao)
    position = dict(position)
    where = away(leg.pickup, position.pop("metres"), **position)
    assert (
        services.arrive_at_pickup(leg=leg, actor=courier_zhao.user, where=where).status == LegStatus.AT_PICKUP
    )


def test_a_fix_in_great_doubt_excuses_150_m_at_most(open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao)
    with pytest.raises(FarAway):
        services.arrive_at_pickup(
            leg=leg, actor=courier_zhao.user, where=away(leg.pickup, 900, accuracy_m=5000)
        )


def test_the_campus_says_how_far_is_far(open_job, carry, courier_zhao, campus):
    campus.arrival_radius_m = 1000
    campus.save()
    leg = carry(open_job(), courier_zhao)
    services.arrive_at_pickup(leg=leg, actor=courier_zhao.user, where=away(leg.pickup, 900))
    assert History.objects.get(action="arrive_at_pickup").data["metres"] == 900


def test_reason_and_photo_are_kept(open_job, carry, courier_zhao, excuse):
    leg = carry(open_job(), courier_zhao)
    services.arrive_at_pickup(leg=leg, actor=courier_zhao.user, where=away(leg.pickup, 900), excuse=excuse)
    data = History.objects.get(action="arrive_at_pickup").data
    assert (data["metres"], data["far"], data["excuse"]) == (900, True, "position: in the cellar")
    assert leg.order.photos.get().purpose == Photo.Purpose.PLACE


class TestLeftElsewhere:
    @pytest.fixture
    def leg(self, open_job, carry, courier_zhao):
        return carry(open_job(), courier_zhao, stages=3)

    @pytest.fixture
    def left(self, leg, courier_zhao, excuse, photo):
        return services.deliver(
            leg=leg, actor=courier_zhao.user, photo=photo(), where=away(leg.dropoff, 900), excuse=excuse
        )

    def test_a_photo_alone_is_not_enough(self, leg, courier_zhao, photo):
        with pytest.raises(FarAway):
            services.deliver(leg=leg, actor=courier_zhao.user, photo=photo(), where=away(leg.dropoff, 900))
        assert not Custody.objects.filter(act="delivered").exists()

    def test_the_digits_prove_it_anywhere(self, leg, courier_zhao):
        services.deliver(
            leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code, where=away(leg.dropoff, 900)
        )
        assert Custody.objects.get(act="delivered").metres_away == 900
        assert not leg.order.tickets.exists()

    @pytest.mark.raises_type("fake_delivery")
    def test_a_ticket_opens_with_the_distance_first(self, left):
        ticket = left.order.tickets.get()
        assert ticket.type_id == "fake_delivery"
        assert ticket.description.startswith("900 m · ")
        assert "in the cellar" in ticket.description

    def test_the_customer_reads_that_it_is_in_doubt(self, left, student_lin, client):
        client.force_login(student_lin)
        page = client.get(f"/o/{left.order.no}/").content.decode()
        assert "东西在你门口吗" in page or "Is it at your door?" in page
        assert student_lin.notices.filter(title="It was left at the door, says the courier").exists()

    def test_the_pay_waits_for_the_customers_word(self, left, courier_zhao, simulated_clock):
        simulated_clock.advance(days=3)
        orders.complete_delivered()
        orders.release_earnings()
        left.order.refresh_from_db()
        assert left.order.status == "delivered"
        assert balance("courier_earnings", user=courier_zhao.user) > 0

    def test_once_confirmed_the_ticket_is_settled_and_the_pay_is_free(
        self, left, student_lin, courier_zhao, simulated_clock
    ):
        orders.complete_order(order=left.order, actor=student_lin)
        ticket = left.order.tickets.get()
        assert (ticket.status, ticket.resolution) == ("resolved", "auto:confirmed")


def test_who_wants_it_in_person_gets_it_in_person(open_job, carry, courier_zhao, photo):
    leg = carry(open_job(), courier_zhao, stages=3)
    leg.order.details = {"signature": True}
    leg.order.save()
    with pytest.raises(Invalid, match="in person"):
        services.deliver(leg=leg, actor=courier_zhao.user, photo=photo())


class TestPage:
    def test_the_courier_reads_how_far_it_is_and_may_say_why(
        self, open_job, carry, courier_zhao, client, photo
    ):
        leg = carry(open_job(), courier_zhao)
        where = away(leg.pickup, 900)
        client.force_login(courier_zhao.user)
        sent = {"lat": where.lat, "lon": where.lon, "acc": 12, "ago": 3}
        answer = client.post(f"/c/job/{leg.no}/arrive_at_pickup/", sent)
        assert answer.status_code == 422
        assert "888" in answer.content.decode()
        assert "5-2-1188" not in answer.content.decode()
        again = client.post(f"/c/job/{leg.no}/arrive_at_pickup/far/", sent)
        assert again.status_code == 422
        done = client.post(f"/c/job/{leg.no}/arrive_at_pickup/far/", sent | {"why": "map", "photo": photo()})
        assert done.status_code == 302
        leg.refresh_from_db()
        assert leg.status == LegStatus.AT_PICKUP

    @pytest.mark.parametrize(
        "bad", [{"lat": "x", "lon": "1"}, {"lat": "91", "lon": "1"}, {"lat": "nan", "lon": "nan"}]
    )
    def test_a_position_that_is_none_is_left_out(self, open_job, carry, courier_zhao, client, bad):
        leg = carry(open_job(), courier_zhao)
        client.force_login(courier_zhao.user)
        assert client.post(f"/c/job/{leg.no}/arrive_at_pickup/", bad).status_code == 302

    def test_another_couriers_job_is_not_there(self, open_job, carry, courier_zhao, courier_qian, client):
        leg = carry(open_job(), courier_zhao)
        client.force_login(courier_qian.user)
        assert client.post(f"/c/job/{leg.no}/arrive_at_pickup/far/", {"why": "map"}).status_code == 404


@given(north=st.floats(0, 3000), doubt=st.floats(0, 10_000), age=st.floats(0, 300))
def test_the_doubt_of_a_fix_counts_for_the_courier(north, doubt, age):
    from campus.models import Place

    place = Place(lat=30.0, lon=120.0)
    where = away(place, north, accuracy_m=doubt, age=timedelta(seconds=age))
    found = metres_away(place, where)
    if age > 60:
        assert found is None
    else:
        assert max(0, metres(where[:2], place.position) - MOST_DOUBT_M) - 1 <= found <= north + 1
