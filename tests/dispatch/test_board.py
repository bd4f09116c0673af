"""The dispatcher's hand: give, force, exchange, take back."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import StaffRole
from core import outbox
from core.errors import NotAllowed, WrongState
from couriers import services as couriers
from couriers.models import Courier
from delivery import services as delivery
from delivery.models import LegStatus
from dispatch import admission, selectors, services
from dispatch.models import Offer
from notifications.models import Notice
from orders import services as orders
from orders.models import Status
from orders.timeline import timeline
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(campus):
    user = factories.UserFactory(username="dispatcher", campus=campus, is_staff=True)
    factories.StaffRoleFactory(user=user, campus=campus, role=StaffRole.Role.DISPATCHER)
    return user


@pytest.fixture
def desk(client_of, dispatcher):
    browser = client_of(dispatcher)
    return lambda path, **data: browser.post(f"/admin/board/{path}/", data, headers={"HX-Request": "true"})


def test_a_job_is_given_and_given_on(desk, open_job, courier_zhao, courier_qian):
    leg = open_job()
    assert desk("put", leg=leg.no, courier=courier_zhao.pk).status_code == 204
    leg.refresh_from_db()
    assert (leg.courier, leg.order.status) == (courier_zhao, Status.ACCEPTED)
    assert desk("put", leg=leg.no, courier=courier_qian.pk).status_code == 204
    leg.refresh_from_db()
    assert leg.status == LegStatus.RELEASED
    again = leg.order.legs.get(status=LegStatus.ASSIGNED)
    assert again.courier == courier_qian
    assert Notice.objects.filter(user=courier_zhao.user, kind="job_withdrawn").exists()


def test_what_was_picked_up_stays(desk, open_job, carry, courier_zhao, courier_qian):
    leg = carry(open_job(), courier_zhao, stages=2)
    answer = desk("put", leg=leg.no, courier=courier_qian.pk)
    assert answer.status_code == 409
    assert desk("take-back", leg=leg.no).status_code == 409
    leg.refresh_from_db()
    assert leg.courier == courier_zhao


def test_force_bends_what_can_be_bent_and_nothing_else(open_job, places, dispatcher, courier_zhao):
    couriers.set_duty(courier=courier_zhao, on=False)
    leg = open_job()
    with pytest.raises(NotAllowed, match="off duty"):
        services.assign_leg(leg=leg, courier=courier_zhao, actor=dispatcher)
    services.assign_leg(leg=leg, courier=courier_zhao, actor=dispatcher, force=True)
    women = open_job(dropoff=places.dorm_women)
    with pytest.raises(NotAllowed, match="female"):
        services.assign_leg(leg=women, courier=courier_zhao, actor=dispatcher, force=True)


def test_an_offer_is_withdrawn_for_it(open_job, dispatcher, courier_zhao, courier_qian):
    leg = open_job()
    offer = services.make_offer(courier=courier_zhao, legs=[leg])
    services.assign_leg(leg=leg, courier=courier_qian, actor=dispatcher)
    offer.refresh_from_db()
    assert offer.status == Offer.Status.WITHDRAWN


def test_two_jobs_change_hands_or_none_does(
    desk, open_job, carry, places, courier_zhao, courier_qian, student_mei
):
    one = carry(open_job(), courier_zhao)
    two = carry(open_job(customer=student_mei, pickup=places.canteen), courier_qian)
    assert desk("put", leg=one.no, **{"with": two.no}).status_code == 204
    assert one.order.legs.get(status=LegStatus.ASSIGNED).courier == courier_qian
    assert two.order.legs.get(status=LegStatus.ASSIGNED).courier == courier_zhao
    women = carry(open_job(dropoff=places.dorm_women), courier_qian)
    mens = one.order.legs.get(status=LegStatus.ASSIGNED)
    with pytest.raises(WrongState, match="same courier"):
        services.swap_assignments(leg=women, other=mens, actor=student_mei)
    other = two.order.legs.get(status=LegStatus.ASSIGNED)
    assert desk("put", leg=women.no, **{"with": other.no}).status_code == 403
    women.refresh_from_db(), other.refresh_from_db()
    assert (women.courier, other.courier) == (courier_qian, courier_zhao)


def test_take_back_and_split(desk, open_job, carry, places, station, courier_zhao, courier_qian):
    leg = carry(open_job(), courier_zhao)
    assert desk("take-back", leg=leg.no).status_code == 204
    assert leg.order.legs.get(status=LegStatus.OPEN).courier is None
    station.use = "when_needed"
    station.save()
    women = open_job(dropoff=places.dorm_women)
    assert desk("split", leg=women.no).status_code == 204
    assert women.order.legs.filter(status=LegStatus.OPEN, relay=station).exists()
    assert desk("split", leg=women.no).status_code == 204  # idempotent
    assert women.order.legs.filter(relay=station).count() == 2
    assert desk("split", leg=leg.order.legs.get(status=LegStatus.OPEN).no).status_code == 422


@pytest.mark.parametrize(
    "data",
    [
        {}, {"leg": "X"}, {"leg": "\U0001f4a5"}, {"courier": "1"}, {"courier": "x" * 500}, {"courier": "²"},
        {"courier": "9" * 5000}, {"courier": "9" * 18},
    ],
)  # fmt: skip
def test_nonsense_is_refused(desk, open_job, data):
    leg = open_job()
    answer = desk("put", **{"leg": leg.no} | data)
    assert answer.status_code in (404, 422)


def test_who_sees_the_board(client_of, dispatcher, operator_wang, courier_zhao, other_campus, open_job):
    leg = open_job()
    page = client_of(dispatcher).get("/admin/board/").content.decode()
    assert leg.no in page
    assert client_of(operator_wang).get("/admin/board/").status_code == 403
    assert client_of(dispatcher).get(f"/admin/board/?campus={other_campus.code}").status_code == 404
    assert "/admin/login/" in client_of(courier_zhao).get("/admin/board/").headers.get(
        "Location", "/admin/login/"
    )


def test_queries_do_not_grow(open_job, campus, courier_zhao, carry, django_assert_num_queries):
    carry(open_job(), courier_zhao)
    open_job()
    with CaptureQueriesContext(connection) as few:
        selectors.board(campus)
    for _ in range(4):
        open_job()
        factories.CourierFactory(campus=campus)
    with django_assert_num_queries(len(few)):
        selectors.board(campus)


def test_a_refused_assignment_takes_nobodys_offer_away(
    open_job, places, dispatcher, courier_zhao, courier_qian
):
    leg = open_job(dropoff=places.dorm_women)
    offer = services.make_offer(courier=courier_qian, legs=[leg])
    with pytest.raises(NotAllowed, match="female"):
        services.assign_leg(leg=leg, courier=courier_zhao, actor=dispatcher)
    offer.refresh_from_db()
    assert offer.status == Offer.Status.OPEN
    services.accept_offer(offer=offer, actor=courier_qian.user)


def test_who_has_paid_for_the_goods_keeps_the_job(
    desk, open_job, carry, places, courier_zhao, courier_qian, photo
):
    leg = open_job(kind="purchase", pickup=places.canteen, budget_fen=2000, what="Milk")
    leg = carry(leg, courier_zhao, stages=1)
    delivery.buy_goods(leg=leg, actor=courier_zhao.user, cost_fen=1500, photo=photo())
    for path, data in (("take-back", {}), ("put", {"courier": courier_qian.pk})):
        assert desk(path, leg=leg.no, **data).status_code == 409
    with pytest.raises(WrongState, match="who bought them brings them"):
        services.reassign(order=leg.order, actor=courier_qian.user)
    leg.refresh_from_db()
    assert (leg.courier, leg.order.goods_cost_fen) == (courier_zhao, 1500)


def test_a_job_of_a_cancelled_order_is_not_exchanged(
    open_job, carry, dispatcher, courier_zhao, courier_qian, student_lin
):
    one, two = carry(open_job(), courier_zhao), carry(open_job(), courier_qian)
    with outbox.deferred_delivery():  # its leg hears of it a moment later
        orders.cancel_order(order=one.order, actor=student_lin)
        with pytest.raises(WrongState, match="cancelled"):
            services.swap_assignments(leg=one, other=two, actor=dispatcher)


def test_the_customer_does_not_read_that_the_courier_gave_it_back(
    desk, open_job, carry, courier_zhao, client_of, student_lin
):
    leg = carry(open_job(), courier_zhao)
    desk("take-back", leg=leg.no)
    page = client_of(student_lin).get(f"/o/{leg.order.no}/").text
    assert "The courier gave the job back" not in page
    assert "We are finding you another courier" in page


def test_split_keeps_away_who_gave_it_back(open_job, places, station, courier_zhao, courier_qian):
    station.use = "when_needed"
    station.save()
    leg = open_job(dropoff=places.dorm_women)  # she is free: straight to the door
    leg.excluded.add(courier_zhao)
    delivery.split(leg=leg)
    first, second = leg.order.legs.filter(relay=station).order_by("sequence")
    assert list(first.excluded.all()) == list(second.excluded.all()) == [courier_zhao]


def said(answer) -> str:
    return json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


def test_the_dispatcher_reads_about_the_courier_what_the_courier_reads_to_himself(
    desk, open_job, places, courier_zhao
):
    name = courier_zhao.user.display_name
    leg = open_job()
    leg.excluded.add(courier_zhao)
    for how in ("put", "offer"):
        answer = desk("put", leg=leg.no, courier=courier_zhao.pk, how=how)
        assert answer.status_code == 403
        assert said(answer) == f"{name} has given this job back. It can be forced."
    women = open_job(dropoff=places.dorm_women)
    answer = desk("put", leg=women.no, courier=courier_zhao.pk, how="force")
    assert said(answer) == f"{name} may not: only female couriers may take this job."
    women.excluded.add(courier_zhao)
    couriers.set_duty(courier=courier_zhao, on=False)
    # Off duty could be bent, who may enter could not: nothing is promised.
    assert said(desk("put", leg=women.no, courier=courier_zhao.pk)) == f"{name} is off duty."


@pytest.mark.parametrize("check", [check for check in admission.CHECKS if check is not admission.OFF_DUTY])
def test_every_reason_is_worded_for_the_dispatcher(check):
    assert all((check.of_many % {"n": n}).startswith(f"{n} ") for n in (1, 2))


def test_what_can_be_forced_is_what_force_bends(open_job, dispatcher, courier_zhao):
    """The rule's own word on it, against the service that does it."""
    leg = open_job(goods_value_fen=50_000)
    leg.excluded.add(courier_zhao)
    Courier.objects.filter(pk=courier_zhao.pk).update(on_duty=False, credit=0)
    courier_zhao.refresh_from_db()
    with pytest.raises(NotAllowed, match="can be forced"):
        services.assign_leg(leg=leg, courier=courier_zhao, actor=dispatcher)
    services.assign_leg(leg=leg, courier=courier_zhao, actor=dispatcher, force=True)


def test_a_job_that_nobody_may_take_says_why(
    client_of, dispatcher, open_job, campus, courier_zhao, courier_qian
):
    leg, easy = open_job(), open_job()
    leg.excluded.add(courier_zhao, courier_qian)
    factories.CourierFactory(campus=campus, on_duty=False)
    cards = {card.leg.no: card for card in selectors.board(campus).open}
    assert cards[leg.no].nobody == "2 have given it back · 1 off duty"
    assert cards[easy.no].nobody == ""
    page = client_of(dispatcher).get("/admin/board/").content.decode()
    assert page.count("Nobody may take it: 2 have given it back · 1 off duty") == 1


def test_a_courier_and_an_exchange_at_once_are_refused(
    desk, open_job, carry, courier_zhao, courier_qian, student_mei
):
    one, two = carry(open_job(), courier_zhao), carry(open_job(customer=student_mei), courier_qian)
    answer = desk("put", leg=one.no, courier=courier_qian.pk, **{"with": two.no})
    assert (answer.status_code, said(answer)) == (
        422, "Choose either a courier or a job to exchange with, not both."
    )  # fmt: skip
    one.refresh_from_db()
    assert one.courier == courier_zhao
    assert desk("put", leg=one.no, how="offer", **{"with": two.no}).status_code == 422


def test_the_form_stands_outside_of_what_is_swapped(client_of, dispatcher, open_job):
    """What is chosen in it outlives a fresh board, and so does who waits for its answer."""
    open_job()
    browser = client_of(dispatcher)
    page = browser.get("/admin/board/").content.decode()
    assert page.index('id="board-form"') < page.index('id="board"')
    assert page.count('id="board-form"') == 1
    fresh = browser.get("/admin/board/live/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="board-form" hx-swap-oob="true"' in fresh
    assert browser.get("/admin/board/live/").status_code == 302  # a fragment is no page


def test_the_customer_reads_once_that_another_courier_is_looked_for(
    desk, open_job, carry, courier_zhao, courier_qian, client_of, student_lin
):
    leg = carry(open_job(), courier_zhao)
    desk("take-back", leg=leg.no)
    told = [one.text for one in timeline(leg.order.history.select_related("actor"))]
    assert told.count("We are finding you another courier") == 1
    assert "Looking for another courier" not in told
