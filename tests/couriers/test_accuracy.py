"""Within how many metres a position is true, as the phone says: kept with it, bounded, and shown with it."""

import json

import pytest
from django.urls import reverse

from core import clock, redis_pool
from couriers import services
from couriers.fixes import LEAST_ACCURATE_M
from couriers.models import Courier, TrailPoint
from couriers.services import positions
from delivery import selectors
from dispatch.selectors.board import board

pytestmark = pytest.mark.django_db
HERE = {"lat": 31.0255, "lon": 121.4345}


@pytest.fixture
def report(client_of, courier_zhao):
    """report(acc): Zhao's phone sends its position. Returns what is kept of how exact it is."""

    def send(acc) -> int | None:
        body = json.dumps(HERE if acc is ... else HERE | {"acc": acc})
        client_of(courier_zhao).post(reverse("couriers:position"), body, content_type="application/json")
        return Courier.objects.get(pk=courier_zhao.pk).accuracy_m

    return send


@pytest.mark.parametrize(
    "acc, kept",
    [(23, 23), (23.2, 24), (0.4, 1), (0, None), (None, None), (..., None), (1e9, LEAST_ACCURATE_M)],
)
def test_it_is_kept_in_whole_metres_and_bounded(report, acc, kept):
    assert report(acc) == kept


@pytest.mark.parametrize("acc", ["1e999", "1" + "0" * 400])
def test_no_number_is_too_large(client_of, courier_zhao, acc):
    body = f'{{"lat": 31, "lon": 121, "acc": {acc}}}'
    answer = client_of(courier_zhao).post(reverse("couriers:position"), body, content_type="application/json")
    assert answer.status_code == 200
    assert Courier.objects.get(pk=courier_zhao.pk).accuracy_m == LEAST_ACCURATE_M


def test_what_is_not_known_any_more_is_not_kept(report, simulated_clock):
    assert report(30) == 30
    simulated_clock.advance(seconds=5)
    assert report(...) is None


def test_the_trail_keeps_it_too(report, open_job, carry, courier_zhao, simulated_clock):
    carry(open_job(), courier_zhao, stages=2)
    report(30)
    simulated_clock.advance(seconds=20)
    report(...)
    assert list(TrailPoint.objects.values_list("accuracy_m", flat=True)) == [30, None]


def test_it_is_forgotten_with_the_position(report, courier_zhao, simulated_clock):
    report(30)
    services.set_duty(courier=courier_zhao, on=False)
    simulated_clock.advance(hours=2)
    services.forget_trails()
    assert Courier.objects.get(pk=courier_zhao.pk).accuracy_m is None


@pytest.mark.redis
def test_through_redis_it_comes_along(report, courier_zhao, simulated_clock, settings):
    settings.POSITIONS_BUFFERED = True
    redis_pool.redis_client().delete(positions.list_key())
    report(30)
    services.flush_positions()
    assert Courier.objects.get(pk=courier_zhao.pk).accuracy_m == 30


@pytest.mark.redis
def test_what_was_gathered_before_an_upgrade_is_written(courier_zhao, simulated_clock, settings):
    settings.POSITIONS_BUFFERED = True
    client = redis_pool.redis_client()
    client.delete(positions.list_key())
    client.rpush(positions.list_key(), json.dumps([courier_zhao.pk, clock.now().timestamp(), 31.1, 121]))
    assert services.flush_positions() == 1
    assert Courier.objects.get(pk=courier_zhao.pk).accuracy_m is None


def test_the_customers_map_draws_it(report, open_job, carry, courier_zhao, student_lin):
    leg = carry(open_job(), courier_zhao, stages=2)
    report(30)
    pins = selectors.map_data(leg.order, student_lin)["pins"]
    assert [pin.get("acc") for pin in pins] == [None, None, 30]


def test_the_board_and_the_legs_way_say_it(
    report, open_job, carry, courier_zhao, campus, client_of, operator_wang, simulated_clock
):
    leg = carry(open_job(), courier_zhao, stages=2)
    for acc in (12, 47, ...):
        report(acc)
        simulated_clock.advance(seconds=20)
    report(30)
    assert [pin["acc"] for pin in board(campus).pins if pin["kind"] == "courier"] == [30]
    page = client_of(operator_wang).get(reverse("admin:delivery_leg_change", args=[leg.pk])).text
    assert "The least exact one is true within ±47 m." in page
