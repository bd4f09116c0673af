"""Favourites are asked first; two people of whom one says "never again" are not matched by any channel."""

import pytest

from core.errors import DomainError, Invalid, NotAllowed, TooLate
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import LegStatus
from dispatch import admission, selectors, services
from dispatch.models import Block, DispatchRule, Favourite, Offer
from dispatch.selectors.hall import open_legs

pytestmark = pytest.mark.django_db


@pytest.fixture
def met(open_job, carry, courier_zhao):
    """met(): Zhao has brought Lin something."""

    def make(customer=None):
        leg = carry(open_job(customer=customer), courier_zhao, stages=3)
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
        leg.refresh_from_db()
        return leg

    return make


@pytest.fixture(params=["customer", "courier"])
def blocked(request, met, student_lin, courier_zhao):
    """Lin and Zhao have met; one of the two never wants to meet again."""
    met()
    pair = (student_lin, courier_zhao.user)
    by, other = pair if request.param == "customer" else pair[::-1]
    return services.block(actor=by, other=other)


class TestFavourite:
    def test_is_asked_before_the_others(self, met, open_job, student_lin, courier_zhao, courier_qian):
        met()
        services.add_favourite(actor=student_lin, courier=courier_zhao)

        leg = open_job()

        offer = Offer.objects.get(legs=leg)
        assert (offer.courier, leg.status) == (courier_zhao, LegStatus.OFFERED)
        assert selectors.hall(courier_qian).cards == []
        assert "favourite" in selectors.offer_card(offer).reasons[0]

    def test_who_says_no_leaves_it_to_all(self, met, open_job, student_lin, courier_zhao, courier_qian):
        met()
        services.add_favourite(actor=student_lin, courier=courier_zhao)
        leg = open_job()

        services.refuse_offer(offer=Offer.objects.get(legs=leg), actor=courier_zhao.user)

        assert [card.no for card in selectors.hall(courier_qian).cards] == [leg.no]

    def test_half_a_minute_of_silence_too(
        self, met, open_job, student_lin, courier_zhao, courier_qian, simulated_clock
    ):
        met()
        services.add_favourite(actor=student_lin, courier=courier_zhao)
        leg = open_job()
        simulated_clock.advance(seconds=31)

        services.expire_offers()

        assert services.grab(leg=leg, courier=courier_qian).courier == courier_qian

    def test_who_is_off_duty_or_may_not_is_passed_over(
        self, met, open_job, student_lin, courier_zhao, places
    ):
        met()
        services.add_favourite(actor=student_lin, courier=courier_zhao)

        assert open_job(dropoff=places.dorm_women).status == LegStatus.OPEN
        courier_zhao.on_duty = False
        courier_zhao.save()
        assert open_job().status == LegStatus.OPEN

    def test_is_asked_for_the_way_from_the_shelf_if_that_is_theirs(
        self, open_job, station, student_lin, courier_zhao, courier_qian, places
    ):
        """Qian may enter the women's dorm, and is not there yet when the first leg opens."""
        Favourite.objects.create(customer=student_lin, courier=courier_qian)
        Courier.objects.filter(pk=courier_qian.pk).update(on_duty=False)
        first = open_job(dropoff=places.dorm_women)
        leg = services.grab(leg=first, courier=courier_zhao)
        for stage in (delivery.arrive_at_pickup, delivery.pick_up):
            leg = stage(leg=leg, actor=courier_zhao.user)
        Courier.objects.filter(pk=courier_qian.pk).update(on_duty=True)

        services.process_scan(text=delivery.place_qr_code(station.place).signed, courier=courier_zhao)

        second = first.order.legs.get(sequence=2)
        assert second.status == LegStatus.OFFERED
        assert Offer.objects.get(legs=second).courier == courier_qian

    def test_a_campus_may_do_without(self, met, open_job, student_lin, courier_zhao, campus):
        met()
        services.add_favourite(actor=student_lin, courier=courier_zhao)
        DispatchRule.objects.create(campus=campus, favourites=False)

        assert open_job().status == LegStatus.OPEN

    def test_only_somebody_who_has_brought_something(self, student_lin, courier_zhao):
        with pytest.raises(NotAllowed):
            services.add_favourite(actor=student_lin, courier=courier_zhao)

    def test_twice_is_once_and_off_is_off(self, met, client_of, student_lin, courier_zhao):
        order, browser = met().order, client_of(student_lin)
        for _ in range(2):
            browser.post(f"/c/people/favourite/{order.no}/")
        assert Favourite.objects.count() == 1
        assert "Favourite: asked first" in browser.get(f"/o/{order.no}/").text
        assert "Courier 赵" in browser.get("/c/people/").text

        browser.post(f"/c/people/favourite/{courier_zhao.pk}/off/")

        assert not Favourite.objects.exists()


class TestNeverAgain:
    def test_hall_and_grab(self, blocked, open_job, courier_zhao, courier_qian):
        leg = open_job()
        hall = selectors.hall(courier_zhao)
        assert (hall.cards, hall.blocked) == ([], [])
        assert selectors.waiting_for(courier_zhao) == 0
        assert selectors.hall(courier_qian).cards
        with pytest.raises(NotAllowed, match="not for you"):
            services.grab(leg=leg, courier=courier_zhao)

    def test_offers(self, blocked, open_job, courier_zhao):
        with pytest.raises(NotAllowed):
            services.make_offer(courier=courier_zhao, legs=[open_job()])

    def test_planner(self, blocked, open_job, courier_zhao, courier_qian):
        leg = open_job()
        assert admission.admitted([courier_zhao, courier_qian], [leg]).tolist() == [[False], [True]]

    def test_the_board_even_by_force(self, blocked, open_job, courier_zhao, supervisor_sun):
        leg = open_job()
        for force in (False, True):
            with pytest.raises(NotAllowed, match="not to be matched"):
                services.assign_leg(leg=leg, courier=courier_zhao, actor=supervisor_sun, force=force)

    def test_bids(self, blocked, open_job, ordered_bids, courier_zhao):
        with pytest.raises(DomainError):
            services.place_bid(order=ordered_bids, courier=courier_zhao, fee_fen=900, minutes=20)
        assert selectors.hall(courier_zhao).wanted == []

    def test_transfer_and_scan(self, blocked, open_job, carry, courier_zhao, courier_qian):
        leg = carry(open_job(), courier_qian, stages=2)
        code = delivery.issue_handover_code(leg=leg, purpose="transfer", actor=courier_qian.user)
        with pytest.raises(NotAllowed, match="not for you"):
            services.process_scan(text=code.signed, courier=courier_zhao)
        leg.refresh_from_db()
        assert leg.courier == courier_qian

    def test_others_are_matched_as_before(self, blocked, open_job, student_mei, courier_zhao):
        assert services.grab(leg=open_job(customer=student_mei), courier=courier_zhao)

    def test_taken_back_they_are_matched_again(self, blocked, open_job, courier_zhao):
        services.unblock(actor=blocked.by, pk=blocked.pk)
        assert services.grab(leg=open_job(), courier=courier_zhao).courier == courier_zhao

    def test_nobody_takes_back_what_another_wants(self, blocked, student_mei):
        for person in (blocked.other, student_mei):
            services.unblock(actor=person, pk=blocked.pk)
        assert Block.objects.filter(pk=blocked.pk).exists()

    def test_the_other_side_sees_nothing(self, blocked, client_of):
        page = client_of(blocked.other).get("/c/people/").text
        assert "Nobody." in page
        assert not blocked.other.notices.filter(body__icontains="match").exists()


@pytest.fixture
def ordered_bids(campus, places, student_lin):
    """Lin asks couriers for a price."""
    from orders import services as orders
    from orders.requests import ErrandRequest

    request = ErrandRequest(
        campus=campus, kind="custom", dropoff=places.dorm_north, what="find my umbrella", asks_bids=True
    )
    return orders.place_order(actor=student_lin, request=request, gateway="sandbox")


def test_an_open_offer_is_withdrawn(met, open_job, student_lin, courier_zhao):
    met()
    offer = services.make_offer(courier=courier_zhao, legs=[open_job()])
    services.block(actor=student_lin, other=courier_zhao.user)
    offer.refresh_from_db()
    assert offer.status == Offer.Status.WITHDRAWN


def test_a_price_of_theirs_is_not_shown_and_not_chosen(met, ordered_bids, student_lin, courier_zhao):
    met()
    bid = services.place_bid(order=ordered_bids, courier=courier_zhao, fee_fen=900, minutes=20)
    services.block(actor=student_lin, other=courier_zhao.user)
    assert list(selectors.bids_of(ordered_bids)) == []
    with pytest.raises(TooLate):
        services.choose_bid(bid=bid, actor=student_lin, gateway="sandbox", expected_fen=900)


def test_what_is_on_its_way_is_brought_to_its_end(met, open_job, carry, student_lin, courier_zhao):
    met()
    leg = carry(open_job(), courier_zhao, stages=3)
    services.block(actor=student_lin, other=courier_zhao.user)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    leg.refresh_from_db()
    assert leg.status == LegStatus.DONE


def test_a_favourite_is_none_any_more_and_cannot_become_one(met, student_lin, courier_zhao):
    met()
    services.add_favourite(actor=student_lin, courier=courier_zhao)
    services.block(actor=student_lin, other=courier_zhao.user)
    assert not Favourite.objects.exists()
    with pytest.raises(Invalid):
        services.add_favourite(actor=student_lin, courier=courier_zhao)


def test_only_people_who_have_met(student_lin, student_mei, courier_zhao):
    for other in (student_mei, courier_zhao.user):
        with pytest.raises(NotAllowed):
            services.block(actor=student_lin, other=other)


def test_by_the_buttons(met, client_of, student_lin, courier_zhao):
    leg = met()
    customer, courier = client_of(student_lin), client_of(courier_zhao)
    for _ in range(2):
        customer.post(f"/c/people/never/courier/{leg.order.no}/")
        courier.post(f"/c/people/never/customer/{leg.no}/")
    assert Block.objects.count() == 2
    assert "will not be matched with this courier again" in customer.get(f"/o/{leg.order.no}/").text
    assert "will not be matched with this customer again" in courier.get(f"/c/job/{leg.no}/").text
    customer.post(f"/c/people/again/{Block.objects.get(by=student_lin).pk}/")
    assert list(open_legs(courier_zhao)) == []
    assert Block.objects.get().by == courier_zhao.user
