"""Who sits in the chat of an order that goes by a relay station, and for how long."""

import pytest

from chat import rooms
from chat.services import send_message
from core.errors import WrongState
from delivery import services
from dispatch import services as dispatch
from notifications.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def write():
    """write(user, order, text): a line in the order's chat."""

    def go(user, order, text) -> None:
        send_message(actor=user, key=f"order-{order.no}", client=f"line-{text}", text=text)

    return go


def seen(user, order) -> list[str]:
    return [line.text for line in rooms.of_order(user, order.no).messages().exclude(kind="system")]


def test_each_courier_hears_of_their_own_way_only(
    open_job, places, carry, station, student_lin, courier_zhao, courier_qian, write, simulated_clock
):
    zhao, qian = courier_zhao.user, courier_qian.user
    leg = carry(open_job(dropoff=places.dorm_women), courier_zhao, stages=3)
    write(student_lin, leg.order, "first")
    simulated_clock.advance(minutes=1)
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_zhao)
    told = Notice.objects.filter(user=zhao, kind="chat").count()
    simulated_clock.advance(minutes=1)
    write(student_lin, leg.order, "second")
    simulated_clock.advance(minutes=1)
    dispatch.grab(leg=leg.order.legs.get(sequence=2), courier=courier_qian)
    simulated_clock.advance(minutes=1)
    write(student_lin, leg.order, "third")

    assert (seen(zhao, leg.order), seen(qian, leg.order)) == (["first"], ["third"])
    assert seen(student_lin, leg.order) == ["first", "second", "third"]
    assert Notice.objects.filter(user=zhao, kind="chat").count() == told == 1
    with pytest.raises(WrongState, match="over"):
        write(zhao, leg.order, "wait")
    write(qian, leg.order, "coming")


def test_who_carries_both_ways_goes_on(
    open_job, places, carry, station, student_mei, courier_qian, write, simulated_clock
):
    leg = carry(open_job(dropoff=places.dorm_women, customer=student_mei), courier_qian, stages=3)
    dispatch.process_scan(text=services.place_qr_code(station.place).signed, courier=courier_qian)
    dispatch.grab(leg=leg.order.legs.get(sequence=2), courier=courier_qian)
    simulated_clock.advance(minutes=1)
    write(courier_qian.user, leg.order, "here")
    assert seen(courier_qian.user, leg.order) == ["here"]
