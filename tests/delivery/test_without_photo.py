"""A courier whose photo cannot be kept asks; one press of a supervisor lets the goods be left without one."""

import pytest
from django.urls import reverse

from core.errors import Invalid, NotAllowed, WrongState
from delivery import services
from delivery.models import LegStatus, PhotoWaiver
from notifications.models import Notice
from orders.models import History

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_the_door(open_job, carry, courier_zhao):
    return carry(open_job(), courier_zhao, stages=3)


def test_asked_allowed_and_left(at_the_door, client_of, courier_zhao, supervisor_sun, student_lin):
    leg, courier, board = at_the_door, client_of(courier_zhao), client_of(supervisor_sun)
    page = courier.get(reverse("delivery:job", args=[leg.no]))
    assert reverse("delivery:without_photo", args=[leg.no]) in page.text
    assert "(optional)" not in page.text.partition("Photo of the goods at the door")[2].partition("</div>")[0]
    courier.post(reverse("delivery:without_photo", args=[leg.no]))
    assert Notice.objects.filter(user=supervisor_sun, kind="photo_waiver_asked").count() == 1
    live = courier.get(reverse("delivery:job_live", args=[leg.no]) + "?state=at_dropoff---asked").text
    assert "A supervisor has been asked" in live

    assert leg.order.no in board.get(reverse("board:board")).text
    board.post(reverse("board:without_photo"), {"leg": leg.no})
    assert Notice.objects.filter(user=courier_zhao.user, kind="photo_waiver_given").count() == 1
    live = courier.get(reverse("delivery:job_live", args=[leg.no]) + "?state=at_dropoff---given").text
    assert "You may leave it at the door without a photo" in live

    courier.post(reverse("delivery:without_photo", args=[leg.no]), {"leave": "1"})
    leg.refresh_from_db()
    assert leg.status == LegStatus.DONE
    assert leg.order.custody.latest("pk").how == "waived"
    allowed = History.objects.get(order=leg.order, action="allow_without_photo")
    assert allowed.actor == supervisor_sun
    assert "without a photo" in client_of(student_lin).get(f"/o/{leg.order.no}/").text


def test_without_a_supervisors_word_it_is_not_left(at_the_door, courier_zhao):
    with pytest.raises(Invalid, match="four digits"):
        services.deliver(leg=at_the_door, actor=courier_zhao.user)
    services.ask_without_photo(leg=at_the_door, actor=courier_zhao.user)
    with pytest.raises(Invalid, match="four digits"):
        services.deliver(leg=at_the_door, actor=courier_zhao.user)


def test_only_a_supervisor_of_the_campus_allows_it(at_the_door, courier_zhao, operator_wang, client_of):
    services.ask_without_photo(leg=at_the_door, actor=courier_zhao.user)
    for person in (operator_wang, courier_zhao.user):
        with pytest.raises(NotAllowed):
            services.allow_without_photo(leg=at_the_door, actor=person)
    assert PhotoWaiver.objects.get().status == "asked"


def test_only_the_courier_at_the_door_asks(open_job, carry, courier_zhao, courier_qian):
    leg = carry(open_job(), courier_zhao, stages=2)
    with pytest.raises(WrongState):
        services.ask_without_photo(leg=leg, actor=courier_zhao.user)
    with pytest.raises(NotAllowed):
        services.ask_without_photo(leg=leg, actor=courier_qian.user)


def test_pressed_twice_it_is_one(at_the_door, courier_zhao, supervisor_sun):
    for _press in range(2):
        services.ask_without_photo(leg=at_the_door, actor=courier_zhao.user)
    for _press in range(2):
        services.allow_without_photo(leg=at_the_door, actor=supervisor_sun)
    assert History.objects.filter(action="ask_without_photo").count() == 1
    assert History.objects.filter(action="allow_without_photo").count() == 1


def test_nothing_is_allowed_that_was_not_asked(at_the_door, supervisor_sun):
    with pytest.raises(WrongState):
        services.allow_without_photo(leg=at_the_door, actor=supervisor_sun)
