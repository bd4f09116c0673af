"""An offer: half a minute for one courier, one outcome, nothing held against a no."""

import pytest

from core.errors import NotAllowed, TooLate, WrongState
from couriers import services as couriers
from delivery.models import LegStatus
from dispatch import selectors, services
from dispatch.models import DispatchRule, Offer, OfferPause
from orders import services as orders
from orders.models import Status
from tests.pages import mentions

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(open_job, courier_zhao):
    """offered(): a job offered to Zhao."""

    def make(**changes) -> Offer:
        return services.make_offer(courier=courier_zhao, legs=[open_job(**changes)])

    return make


def test_an_accepted_bundle_is_the_couriers(open_job, student_lin, student_mei, courier_zhao, courier_qian):
    legs = [open_job(), open_job(customer=student_mei)]
    offer = services.make_offer(courier=courier_zhao, legs=legs)
    assert offer.pay_fen == sum(leg.pay_fen for leg in legs)
    with pytest.raises(TooLate):
        services.grab(leg=legs[0], courier=courier_qian)
    assert selectors.hall(courier_qian).cards == []
    services.accept_offer(offer=offer, actor=courier_zhao.user)
    services.accept_offer(offer=offer, actor=courier_zhao.user)
    for leg in legs:
        leg.refresh_from_db()
        assert (leg.status, leg.courier, leg.order.status) == (
            LegStatus.ASSIGNED,
            courier_zhao,
            Status.ACCEPTED,
        )
    assert legs[0].order.history.filter(action="accept").count() == 1


def test_no_costs_nothing_and_the_job_is_open_again(offered, courier_zhao, courier_qian):
    offer = offered()
    services.refuse_offer(offer=offer, actor=courier_zhao.user)
    leg = offer.legs.get()
    assert leg.status == LegStatus.OPEN
    assert courier_zhao in leg.refused_by.all()
    assert courier_zhao.credit == 100
    services.grab(leg=leg, courier=courier_zhao)  # the hall is open to them all the same
    with pytest.raises(WrongState):
        services.accept_offer(offer=offer, actor=courier_zhao.user)


def test_half_a_minute_and_not_a_second_longer(offered, courier_zhao, simulated_clock):
    offer = offered()
    simulated_clock.advance(seconds=30)
    with pytest.raises(TooLate, match="half minute"):
        services.accept_offer(offer=offer, actor=courier_zhao.user)
    assert services.expire_offers() == 1
    assert services.expire_offers() == 0
    offer.refresh_from_db()
    assert (offer.status, offer.legs.get().status) == (Offer.Status.EXPIRED, LegStatus.OPEN)


def test_three_ignored_in_a_row_pause_offers_until_asked_for(
    offered, courier_zhao, simulated_clock, client_of
):
    for _ in range(3):
        assert not selectors.offers_paused(courier_zhao)
        offered()
        simulated_clock.advance(seconds=31)
        services.expire_offers()
    assert selectors.offers_paused(courier_zhao)
    page = client_of(courier_zhao)
    # In the flow of the hall and of the route, where it lies over nothing; on other pages it is in the way.
    for address in ("/c/", "/c/route/"):
        assert "Offers are paused" in page.get(address).text
    assert "Offers are paused" not in page.get("/c/offer/").text
    page.post("/c/offer/resume/")
    assert not OfferPause.objects.exists()
    assert "Offers are paused" not in page.get("/c/").text


def test_an_answer_in_between_begins_the_count_anew(offered, courier_zhao, simulated_clock):
    for answer in (False, False, True, False, False):
        offer = offered()
        if answer:
            services.refuse_offer(offer=offer, actor=courier_zhao.user)
        simulated_clock.advance(seconds=31)
        services.expire_offers()
    assert not selectors.offers_paused(courier_zhao)


def test_a_cancelled_job_ends_the_offer_and_frees_the_others(
    open_job, student_lin, student_mei, courier_zhao
):
    legs = [open_job(), open_job(customer=student_mei)]
    offer = services.make_offer(courier=courier_zhao, legs=legs)
    orders.cancel_order(order=legs[0].order, actor=student_lin)
    offer.refresh_from_db(), legs[1].refresh_from_db()
    assert (offer.status, legs[1].status) == (Offer.Status.WITHDRAWN, LegStatus.OPEN)
    with pytest.raises(TooLate, match="withdrawn"):
        services.accept_offer(offer=offer, actor=courier_zhao.user)


def test_one_offer_at_a_time_and_only_what_one_may_carry(
    open_job, places, courier_zhao, student_mei, offered
):
    with pytest.raises(NotAllowed, match="female"):
        services.make_offer(courier=courier_zhao, legs=[open_job(dropoff=places.dorm_women)])
    offered()
    with pytest.raises(NotAllowed, match="another offer"):
        services.make_offer(courier=courier_zhao, legs=[open_job(customer=student_mei)])


def test_nobody_answers_for_somebody_else(offered, courier_qian, client_of):
    offer = offered()
    with pytest.raises(NotAllowed):
        services.accept_offer(offer=offer, actor=courier_qian.user)
    assert client_of(courier_qian).post(f"/c/offer/{offer.no}/accept/").status_code == 404


def test_the_page_shows_it_and_takes_the_answer(offered, courier_zhao, client_of, simulated_clock):
    browser = client_of(courier_zhao)
    assert "Accept" not in browser.get("/c/offer/").content.decode()
    offer = offered()
    page = browser.get("/c/offer/").content.decode()
    assert "Accept" in page
    assert not mentions(page, "302")  # no room before it is theirs
    assert browser.post(f"/c/offer/{offer.no}/accept/").url == "/c/route/"
    offer.refresh_from_db()
    assert offer.status == Offer.Status.ACCEPTED


def test_a_campus_chooses_its_ways_by_kind_and_hour(
    open_job, campus, courier_zhao, client_of, simulated_clock
):
    DispatchRule.objects.create(campus=campus, hall=False, offers=True)
    DispatchRule.objects.create(campus=campus, kind="document", hours="09:00-11:00", hall=True)
    leg, letter = open_job(), open_job(kind="document")
    assert [card.no for card in selectors.hall(courier_zhao).cards] == [letter.no]
    browser = client_of(courier_zhao)
    assert browser.post(f"/c/grab/{leg.no}/").status_code == 403
    assert selectors.kinds_with(campus.pk, "offers")[0] == "parcel"
    simulated_clock.advance(hours=2)
    assert selectors.hall(courier_zhao).cards == []


def test_another_courier_is_looked_for_while_one_is_asked(offered, courier_zhao, operator_wang):
    offer = offered()
    leg = offer.legs.get()
    services.reassign(order=leg.order, actor=operator_wang, bonus_fen=200)
    leg.refresh_from_db()
    assert (leg.status, leg.priority, leg.bonus_fen) == (LegStatus.OFFERED, 1, 200)
    services.accept_offer(offer=offer, actor=courier_zhao.user)


def test_what_went_off_duty_meanwhile_is_not_counted_as_ignored(offered, courier_zhao):
    offer = offered()
    couriers.set_duty(courier=courier_zhao, on=False)
    with pytest.raises(NotAllowed):
        services.accept_offer(offer=offer, actor=courier_zhao.user)
    offer.refresh_from_db()
    assert (offer.status, offer.legs.get().status) == (Offer.Status.WITHDRAWN, LegStatus.OPEN)
