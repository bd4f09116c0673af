"""Where a courier is: who reports it, how often, and who may see it when."""

import json

import pytest
from django.urls import reverse

from campus.network import route as campus_route
from core import clock, realtime
from couriers import services
from couriers.models import Courier
from delivery import selectors
from delivery import services as delivery
from dispatch import services as dispatch
from orders import services as orders

pytestmark = pytest.mark.django_db
HERE = {"lat": 31.0255, "lon": 121.4345}


@pytest.fixture
def report(client_of):
    def send(courier, body):
        data = body if isinstance(body, str) else json.dumps(body)
        return client_of(courier).post(reverse("couriers:position"), data, content_type="application/json")

    return send


@pytest.fixture
def broadcasts(monkeypatch):
    """The frames that would have been pushed: [(groups, t, data)…]."""
    frames = []

    def record(groups, t, **data):
        frames.append(([groups] if isinstance(groups, str) else list(groups), t, data))

    monkeypatch.setattr(realtime, "broadcast", record)
    monkeypatch.setattr(realtime, "groups_with_listeners", set)  # as if all maps were open
    return frames


def at(courier):
    courier = Courier.objects.get(pk=courier.pk)
    return courier.lat, courier.lon, courier.located_at


def test_a_position_is_kept_on_duty(report, courier_zhao, simulated_clock):
    answer = report(courier_zhao, HERE)
    assert (answer.status_code, answer.json()) == (200, {"kept": True})
    assert at(courier_zhao) == (HERE["lat"], HERE["lon"], simulated_clock())


def test_at_most_every_three_seconds(report, courier_zhao, simulated_clock):
    report(courier_zhao, HERE)
    simulated_clock.advance(seconds=2)
    assert report(courier_zhao, {"lat": 31.03, "lon": 121.44}).json() == {"kept": False}
    assert at(courier_zhao)[0] == HERE["lat"]
    simulated_clock.advance(seconds=1)
    assert report(courier_zhao, {"lat": 31.03, "lon": 121.44}).json() == {"kept": True}


def test_off_duty_nothing_is_kept(report, courier_zhao, simulated_clock):
    services.set_duty(courier=courier_zhao, on=False)
    assert report(courier_zhao, HERE).json() == {"kept": False}
    assert at(courier_zhao) == (None, None, None)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[1, 2]",
        "{}",
        {"lat": 91, "lon": 0},
        {"lat": 0, "lon": 181},
        {"lat": "x", "lon": 1},
        '{"lat": NaN, "lon": 1}',
        '{"lat": 1e999, "lon": 1}',
        {"lat": None, "lon": None},
        HERE | {"acc": -1},
        HERE | {"acc": "12"},
        HERE | {"acc": True},
    ],
)
def test_what_is_no_position_is_refused(report, courier_zhao, body):
    answer = report(courier_zhao, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert at(courier_zhao) == (None, None, None)


def test_a_form_is_no_position(client_of, courier_zhao):
    answer = client_of(courier_zhao).post(reverse("couriers:position"), HERE)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert at(courier_zhao) == (None, None, None)


def test_only_couriers_report(report, client, student_lin):
    assert report(student_lin, HERE).status_code == 403
    assert client.post(reverse("couriers:position"), HERE, content_type="application/json").status_code == 302


def test_the_hall_says_how_old_the_position_is_by_its_time(report, client_of, courier_zhao, simulated_clock):
    report(courier_zhao, HERE)
    simulated_clock.advance(minutes=12)
    text = client_of(courier_zhao).get(reverse("dispatch:hall")).text
    assert 'data-at="2026-11-24T10:00:00+08:00"' in text
    assert "Position not updated for {n} min" in text


@pytest.mark.parametrize("stages, seen", [(0, False), (1, False), (2, True), (3, True)])
def test_positions_go_to_the_customer_between_pickup_and_delivery_only(
    report, broadcasts, open_job, carry, courier_zhao, stages, seen
):
    leg = carry(open_job(), courier_zhao, stages)
    broadcasts.clear()
    report(courier_zhao, HERE)
    pushed = [(groups, data) for groups, t, data in broadcasts if t == "pos"]
    now = clock.now().isoformat()
    expected = ([f"track.{leg.order.no}"], {"id": leg.order.no, "at": now, "acc": None} | HERE)
    assert pushed == ([expected] if seen else [])


def test_after_delivery_nothing_is_pushed(report, broadcasts, open_job, carry, courier_zhao):
    leg = carry(open_job(), courier_zhao, stages=3)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    broadcasts.clear()
    report(courier_zhao, HERE)
    assert [t for _groups, t, _data in broadcasts if t == "pos"] == []


# -- The customer's map ------------------------------------------------------------------------------------


def courier_pins(data):
    return [pin for pin in data["pins"] if pin["kind"] == "courier"]


@pytest.mark.parametrize("stages, seen", [(0, False), (1, False), (2, True), (3, True)])
def test_the_map_shows_the_courier_between_pickup_and_delivery_only(
    report, open_job, carry, courier_zhao, student_lin, stages, seen
):
    leg = carry(open_job(), courier_zhao, stages)
    report(courier_zhao, HERE)
    leg.order.refresh_from_db()
    data = selectors.map_data(leg.order, student_lin)
    assert [pin["kind"] for pin in data["pins"]][:2] == ["pickup", "dropoff"]
    assert bool(courier_pins(data)) is seen
    assert (data["metres"] is not None) is (stages == 2)  # at the door nothing is left to ride
    assert data["route"]["path"]
    text = json.dumps(data["pins"]) + json.dumps(data["route"])
    assert (str(HERE["lat"]) in text) is seen


def test_before_anyone_accepted_the_map_has_the_two_doors(open_job, student_lin):
    data = selectors.map_data(open_job().order, student_lin)
    assert len(data["pins"]) == 2
    assert courier_pins(data) == []


@pytest.mark.parametrize("end", ["delivered", "cancelled"])
def test_afterwards_the_courier_is_gone_from_the_map(report, open_job, carry, courier_zhao, student_lin, end):
    leg = carry(open_job(), courier_zhao, stages=3 if end == "delivered" else 0)
    report(courier_zhao, HERE)
    if end == "delivered":
        delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    else:
        orders.cancel_order(order=leg.order, actor=student_lin)
    leg.order.refresh_from_db()
    assert courier_pins(selectors.map_data(leg.order, student_lin)) == []


def test_nobody_else_sees_the_courier(
    report, open_job, carry, courier_zhao, courier_qian, student_mei, operator_wang
):
    leg = carry(open_job(), courier_zhao, stages=2)
    report(courier_zhao, HERE)
    leg.order.refresh_from_db()
    assert courier_pins(selectors.map_data(leg.order, student_mei)) == []
    assert courier_pins(selectors.map_data(leg.order, courier_qian.user)) == []
    assert courier_pins(selectors.map_data(leg.order, operator_wang)) != []


def test_who_brings_goods_back_does_not_come_to_the_customer(
    report, broadcasts, open_job, carry, courier_zhao, student_lin, operator_wang, supervisor_sun
):
    leg = carry(open_job(), courier_zhao, stages=3)
    delivery.send_back(order=leg.order, actor=supervisor_sun)
    broadcasts.clear()
    report(courier_zhao, HERE)
    assert [t for _groups, t, _data in broadcasts if t == "pos"] == []
    leg.order.refresh_from_db()
    data = selectors.map_data(leg.order, student_lin)
    assert (courier_pins(data), data["metres"], data["expected"], data["seen_at"]) == ([], None, None, None)
    data = selectors.map_data(leg.order, operator_wang)
    back = campus_route(leg.campus, (HERE["lat"], HERE["lon"]), leg.pickup, courier_zhao.vehicle)
    assert courier_pins(data) != []
    assert (data["metres"], data["route"]) == (back.distance_m, back.as_data())


def test_a_position_of_long_ago_is_not_shown(
    report, open_job, carry, courier_zhao, student_lin, simulated_clock
):
    leg = carry(open_job(), courier_zhao, stages=2)
    report(courier_zhao, HERE)
    simulated_clock.advance(minutes=31)
    leg.order.refresh_from_db()
    assert courier_pins(selectors.map_data(leg.order, student_lin)) == []


def test_a_courier_who_was_changed_is_not_followed_any_more(
    report, open_job, carry, courier_zhao, courier_qian, student_lin
):
    leg = carry(open_job(), courier_zhao)
    delivery.give_back(leg=leg, actor=courier_zhao.user)
    again = carry(leg.order.legs.get(status="open"), courier_qian, stages=2)
    report(courier_zhao, HERE)
    again.order.refresh_from_db()
    assert courier_pins(selectors.map_data(again.order, student_lin)) == []


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"lat": 1' + "0" * 400 + ', "lon": 1}', '{"lat": 1e999, "lon": NaN}']
)
def test_numbers_and_nesting_without_end_are_no_position(courier_zhao, client_of, body):
    answer = client_of(courier_zhao).post("/c/position/", body, content_type="application/json")
    assert answer.status_code == 422


# -- Who is followed ---------------------------------------------------------------------------------------


def followed(client, page) -> bool:
    """What static/js/courier.js goes by."""
    text = client.get(page).text
    assert ('data-track="on"' in text) != ('data-track="off"' in text)
    return 'data-track="on"' in text


def test_who_is_off_duty_is_not_followed(client_of, courier_zhao):
    client = client_of(courier_zhao)
    assert followed(client, reverse("dispatch:hall"))
    services.set_duty(courier=courier_zhao, on=False)
    assert not followed(client, reverse("dispatch:hall"))


def test_who_is_suspended_with_goods_in_hand_is_followed_to_the_end(
    client_of, report, open_job, carry, courier_zhao, supervisor_sun
):
    leg = carry(open_job(), courier_zhao, stages=2)
    services.suspend(courier=courier_zhao, actor=supervisor_sun, reason="x")
    client, page = client_of(courier_zhao), reverse("delivery:job", args=[leg.no])
    assert followed(client, page)
    assert 'data-duty="off"' in client.get(page).text
    assert report(courier_zhao, HERE).json() == {"kept": True}
    delivery.arrive_at_dropoff(leg=leg, actor=courier_zhao.user)
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    assert not followed(client, page)


def test_who_is_given_a_job_off_duty_is_followed(client_of, open_job, courier_zhao, supervisor_sun):
    services.set_duty(courier=courier_zhao, on=False)
    dispatch.assign_leg(leg=open_job(), courier=courier_zhao, actor=supervisor_sun, force=True)
    assert followed(client_of(courier_zhao), reverse("dispatch:hall"))


@pytest.mark.parametrize("guess", [(0, 0), (30, 120), (31.02, 119.9), (-31.0255, 121.4345)])
def test_a_guess_from_far_away_counts_for_nothing(report, courier_zhao, guess, simulated_clock):
    report(courier_zhao, HERE)
    simulated_clock.advance(seconds=5)
    report(courier_zhao, dict(zip(("lat", "lon"), guess, strict=True)))
    assert at(courier_zhao)[:2] == (HERE["lat"], HERE["lon"])
