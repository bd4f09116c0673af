"""Lin rates Zhao: once, changed for a while, read by Zhao without a name."""

import pytest

from core.errors import Invalid, NotAllowed, TooLate, WrongState
from delivery import selectors, services
from delivery.models import Rating
from dispatch import services as dispatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def brought(open_job, carry, courier_zhao):
    """brought(): an order of Lin's that Zhao has handed over."""

    def make(**changes):
        leg = carry(open_job(**changes), courier_zhao, stages=3)
        services.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
        leg.order.refresh_from_db()
        return leg.order

    return make


def test_stars_count_for_the_average(brought, student_lin, courier_zhao):
    services.rate(order=brought(), actor=student_lin, stars=5)
    services.rate(order=brought(), actor=student_lin, stars=2)
    courier_zhao.refresh_from_db()
    assert (courier_zhao.rating, courier_zhao.rating_count) == (3.5, 2)


def test_rated_again_is_changed_and_counted_once(brought, student_lin, courier_zhao):
    order = brought()
    services.rate(order=order, actor=student_lin, stars=1, tags=["late"], text="an hour")
    services.rate(order=order, actor=student_lin, stars=4, tags=["friendly"])
    (rating,) = Rating.objects.all()
    courier_zhao.refresh_from_db()
    assert (rating.stars, rating.tags, rating.text) == (4, ["friendly"], "")
    assert (courier_zhao.rating_sum, courier_zhao.rating_count) == (4, 1)


def test_it_stands_after_two_days(brought, student_lin, simulated_clock):
    order = brought()
    services.rate(order=order, actor=student_lin, stars=5)
    simulated_clock.advance(days=2, seconds=1)
    with pytest.raises(TooLate):
        services.rate(order=order, actor=student_lin, stars=1)


def test_a_week_after_the_delivery_it_is_too_late(brought, student_lin, simulated_clock):
    order = brought()
    simulated_clock.advance(days=7, seconds=1)
    with pytest.raises(TooLate):
        services.rate(order=order, actor=student_lin, stars=5)
    assert not selectors.rating_state(order).may_rate


def test_nobody_else_rates_it(brought, student_mei, courier_zhao):
    order = brought()
    for person in (student_mei, courier_zhao.user):
        with pytest.raises(NotAllowed):
            services.rate(order=order, actor=person, stars=5)


def test_not_before_the_delivery(open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao, stages=3)
    with pytest.raises(WrongState):
        services.rate(order=leg.order, actor=student_lin, stars=5)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_one_to_five(brought, student_lin, stars):
    with pytest.raises(Invalid):
        services.rate(order=brought(), actor=student_lin, stars=stars)


def test_behind_a_relay_the_one_at_the_door_is_rated(on_shelf, station, carry, courier_qian, student_lin):
    leg = carry(on_shelf(), courier_qian, stages=1)
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_qian)
    leg.refresh_from_db()
    services.arrive_at_dropoff(leg=leg, actor=courier_qian.user)
    services.deliver(leg=leg, actor=courier_qian.user, code=leg.order.receiving_code)
    assert services.rate(order=leg.order, actor=student_lin, stars=5).courier == courier_qian


class TestPages:
    def test_lin_rates_on_the_order_page(self, brought, client_of, student_lin):
        order, browser = brought(), client_of(student_lin)
        assert "How was it with Courier 赵?" in browser.get(f"/o/{order.no}/").text
        assert 'value="4" id="id_stars_3" checked' in browser.get(
            f"/c/rate/{order.no}/?stars=4"
        ).text.replace("required ", "")
        answer = browser.post(f"/c/rate/{order.no}/", {"stars": "4", "tags": ["fast"], "text": "so quick"})
        assert answer.url == f"/o/{order.no}/"
        page = browser.get(f"/o/{order.no}/").text
        assert "4 of 5" in page
        assert "so quick" in page

    def test_without_stars_it_says_what_is_missing(self, brought, client_of, student_lin):
        order = brought()
        answer = client_of(student_lin).post(f"/c/rate/{order.no}/", {"text": "nice"})
        assert answer.status_code == 422
        assert "Give one to five stars." in answer.text
        assert not Rating.objects.exists()

    @pytest.mark.parametrize("stars", ["9", "x", ""])
    def test_a_tapped_star_that_is_none_is_ignored(self, brought, client_of, student_lin, stars):
        assert client_of(student_lin).get(f"/c/rate/{brought().no}/?stars={stars}").status_code == 200

    def test_before_the_delivery_there_is_nothing_to_rate(self, open_job, client_of, student_lin):
        leg = open_job()
        assert client_of(student_lin).get(f"/c/rate/{leg.order.no}/").status_code == 409

    def test_zhao_reads_words_later_and_never_whose(
        self, brought, client_of, student_lin, courier_zhao, simulated_clock
    ):
        order, browser = brought(), client_of(courier_zhao)
        services.rate(order=order, actor=student_lin, stars=4, tags=["careful"], text="soup intact")
        page = browser.get("/c/ratings/").text
        assert "4.0" in page
        assert "soup intact" not in page
        simulated_clock.advance(days=2, seconds=1)
        page = browser.get("/c/ratings/").text
        assert "soup intact" in page
        assert "careful with the goods · 1" in page
        assert order.no not in page
        assert "林" not in page

    def test_who_has_none_has_no_ratings_yet(self, carry, open_job, client_of, courier_zhao, student_lin):
        leg = carry(open_job(), courier_zhao)
        assert "No ratings yet" in client_of(courier_zhao).get("/c/ratings/").text
        assert "No ratings yet" in client_of(student_lin).get(f"/o/{leg.order.no}/").text

    def test_others_find_nothing(self, brought, client_of, student_mei):
        assert client_of(student_mei).get(f"/c/rate/{brought().no}/").status_code == 404
