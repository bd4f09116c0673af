"""What a customer sees of the courier on the order's page."""

import pytest
from django.urls import reverse

from core import clock, panels
from couriers import services as couriers
from delivery import selectors
from delivery import services as delivery
from orders import services as orders
from telephony.selectors import calls_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(rf, student_lin):
    def render(place, order, viewer=None) -> str:
        order.refresh_from_db()
        request = rf.get("/")
        request.user = viewer or student_lin
        return panels.render(place, request, order)

    return render


def test_nothing_before_a_courier_accepted(shown, open_job):
    assert shown("orders.courier_card", open_job().order) == ""


def test_the_courier_by_name_rating_and_record(shown, open_job, carry, courier_zhao):
    before = carry(open_job(), courier_zhao, stages=3)
    delivery.deliver(leg=before, actor=courier_zhao.user, code=before.order.receiving_code)
    courier_zhao.rating_sum, courier_zhao.rating_count = 14, 3
    courier_zhao.save()
    leg = carry(open_job(), courier_zhao)
    card = shown("orders.courier_card", leg.order)
    assert "Courier 赵" in card
    assert "赵强" not in card
    assert "Campus verified" in card
    assert "4.7" in card
    assert "1 order delivered" in card
    assert courier_zhao.user.phone not in card
    assert reverse("delivery:call_courier", args=[leg.order.no]) in card


def test_no_call_button_after_delivery(shown, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    card = shown("orders.courier_card", leg.order)
    assert "Courier 赵" in card
    assert reverse("delivery:call_courier", args=[leg.order.no]) not in card


def test_nothing_when_it_was_given_back_or_cancelled(shown, open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao)
    delivery.give_back(leg=leg, actor=courier_zhao.user)
    assert shown("orders.courier_card", leg.order) == ""
    orders.cancel_order(order=leg.order, actor=student_lin)
    assert shown("orders.courier_card", leg.order) == ""


def test_the_way_is_told_while_the_goods_are_on_it(shown, open_job, carry, courier_zhao, places):
    leg = carry(open_job(), courier_zhao, stages=1)
    couriers.report_position(courier=courier_zhao, lat=places.gate.lat, lon=places.gate.lon, at=clock.now())
    assert "Still" not in shown("orders.way", leg.order)
    delivery.pick_up(leg=leg, actor=courier_zhao.user)
    assert "Still" in shown("orders.way", leg.order)
    assert 'data-map-for="order-map"' in shown("orders.map", leg.order)


def test_the_line_can_be_asked_for_again_by_the_customer_alone(
    client, client_of, open_job, carry, courier_zhao, student_lin, student_mei, places
):
    leg = carry(open_job(), courier_zhao, stages=2)
    url = reverse("delivery:way", args=[leg.order.no])
    assert "Still" not in client_of(student_lin).get(url).text
    couriers.report_position(courier=courier_zhao, lat=places.gate.lat, lon=places.gate.lon, at=clock.now())
    assert "Still <b>" in client_of(student_lin).get(url).text
    assert client_of(student_mei).get(url).status_code == 404
    assert client_of(courier_zhao).get(url).status_code == 404
    assert client.get(url).status_code == 302


def test_a_stranger_gets_no_position_through_the_panel(
    shown, open_job, carry, courier_zhao, student_mei, places
):
    leg = carry(open_job(), courier_zhao, stages=2)
    couriers.report_position(courier=courier_zhao, lat=31.02777, lon=121.4, at=clock.now())
    assert "31.02777" in shown("orders.map", leg.order)
    assert "31.02777" not in shown("orders.map", leg.order, student_mei)


# -- The customer's call -----------------------------------------------------------------------------------


def test_the_customer_calls_and_it_is_written_down(client_of, open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao)
    answer = client_of(student_lin).post(
        reverse("delivery:call_courier", args=[leg.order.no]), headers={"HX-Request": "true"}
    )
    assert answer["HX-Redirect"] == f"tel:{courier_zhao.user.phone}"
    call = calls_about(leg.order.no).get()
    assert (call.caller_role, call.caller, call.callee, call.leg_no) == (
        "customer",
        student_lin,
        courier_zhao.user,
        leg.no,
    )


def test_only_the_customer_may_call(
    client, client_of, open_job, carry, courier_zhao, courier_qian, student_mei
):
    leg = carry(open_job(), courier_zhao)
    url = reverse("delivery:call_courier", args=[leg.order.no])
    assert client_of(student_mei).post(url).status_code == 404
    assert client_of(courier_qian).post(url).status_code == 404
    assert client.post(url).status_code == 302
    assert client_of(student_mei).get(url).status_code == 405
    assert not calls_about(leg.order.no).exists()


def test_no_call_before_and_after(client_of, open_job, carry, courier_zhao, student_lin):
    leg = open_job()
    url = reverse("delivery:call_courier", args=[leg.order.no])
    assert client_of(student_lin).post(url).status_code == 404
    leg = carry(leg, courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    answer = client_of(student_lin).post(url, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert courier_zhao.user.phone not in answer.text
    assert selectors.courier_card(leg.order) is not None
