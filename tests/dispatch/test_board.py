"""The dispatcher's hand: give, force, exchange, take back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import StaffRole
from core.errors import NotAllowed, WrongState
from dispatch import selectors, services
from dispatch.models import LegStatus, Offer
from messaging.models import Notice
from orders.models import Status
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
    services.set_duty(courier=courier_zhao, on=False)
    leg = open_job()
    with pytest.raises(NotAllowed, match="on duty"):
        services.put(leg=leg, courier=courier_zhao, actor=dispatcher)
    services.put(leg=leg, courier=courier_zhao, actor=dispatcher, force=True)
    women = open_job(dropoff=places.dorm_women)
    with pytest.raises(NotAllowed, match="female"):
        services.put(leg=women, courier=courier_zhao, actor=dispatcher, force=True)


def test_an_offer_is_withdrawn_for_it(open_job, dispatcher, courier_zhao, courier_qian):
    leg = open_job()
    offer = services.make_offer(courier=courier_zhao, legs=[leg])
    services.put(leg=leg, courier=courier_qian, actor=dispatcher)
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
        services.swap(leg=women, other=mens, actor=student_mei)
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
    assert desk("split", leg=leg.order.legs.get(status=LegStatus.OPEN).no).status_code == 422


@pytest.mark.parametrize(
    "data", [{}, {"leg": "X"}, {"leg": "\U0001f4a5"}, {"courier": "1"}, {"courier": "x" * 500}]
)
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
    with CaptureQueriesContext(connection) as few:
        selectors.board(campus)
    for _ in range(4):
        open_job()
        factories.CourierFactory(campus=campus)
    with django_assert_num_queries(len(few)):
        selectors.board(campus)
