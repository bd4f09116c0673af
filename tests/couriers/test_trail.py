"""What is kept of where couriers were: thinned, for those who carry something, for seven days, and in no log."""

import json
import logging
from datetime import timedelta
from itertools import pairwise

import pytest
import redis
from django.urls import reverse

from core import redis_pool
from couriers import services
from couriers.fixes import Fix
from couriers.models import Courier, TrailPoint
from couriers.services import positions
from delivery import selectors
from delivery import services as delivery
from delivery.models import Custody
from orders import services as orders
from orders.models import History

pytestmark = pytest.mark.django_db


def post(client, body):
    return client.post("/c/position/", json.dumps(body), content_type="application/json")


def ride(client, clock, seconds, every=5):
    """One position each few seconds; the latitude says which."""
    for n in range(0, seconds, every):
        post(client, {"lat": 31 + n / 10_000, "lon": 121.4})
        clock.advance(seconds=every)


def test_only_who_carries_something_leaves_a_trail_and_it_is_thinned(
    client_of, courier_zhao, open_job, carry, simulated_clock
):
    client = client_of(courier_zhao)
    ride(client, simulated_clock, 60)
    assert not TrailPoint.objects.exists()
    carry(open_job(), courier_zhao)
    ride(client, simulated_clock, 60)
    points = list(TrailPoint.objects.values_list("at", flat=True))
    assert len(points) == 4
    assert {b - a for a, b in pairwise(points)} == {timedelta(seconds=15)}


def test_after_seven_days_it_is_gone(client_of, courier_zhao, open_job, carry, simulated_clock):
    carry(open_job(), courier_zhao)
    ride(client_of(courier_zhao), simulated_clock, 30)
    simulated_clock.advance(days=6, hours=23)
    assert services.forget_trails() == 0
    simulated_clock.advance(hours=1)
    assert services.forget_trails() == 2
    assert not TrailPoint.objects.exists()


def test_what_was_gathered_without_a_network_is_sent_together(
    client_of, courier_zhao, open_job, carry, simulated_clock
):
    carry(open_job(), courier_zhao)
    fixes = [{"lat": 31 + n / 1000, "lon": 121.4, "ago": 40 - 10 * n} for n in range(5)]
    assert post(client_of(courier_zhao), {"fixes": fixes}).json() == {"kept": True}
    courier = Courier.objects.get()
    assert (courier.lat, courier.located_at) == (31.004, simulated_clock())
    ages = [(simulated_clock() - point.at).seconds for point in TrailPoint.objects.all()]
    assert ages == [40, 20, 0]


@pytest.mark.parametrize(
    "fixes",
    [
        [],
        "x",
        None,
        [1],
        [{"lat": 1, "lon": 1}] * 51,
        [{"lat": 1, "lon": 1, "ago": -1}],
        [{"lat": 1, "lon": 1, "ago": 9999}],
        [{"lat": 1, "lon": 1}, {"lat": 99, "lon": 1}],
    ],
)
def test_a_batch_with_nonsense_is_refused_whole(client_of, courier_zhao, fixes):
    assert post(client_of(courier_zhao), {"fixes": fixes}).status_code == 422
    assert Courier.objects.get().lat is None


def test_what_comes_late_moves_nobody_back(courier_zhao, simulated_clock):
    now = simulated_clock()
    services.report_positions([Fix(courier_zhao.pk, now, 31.1, 121)])
    services.report_positions([Fix(courier_zhao.pk, now - timedelta(seconds=9), 31.2, 121)])
    assert Courier.objects.get().lat == 31.1


def test_writing_costs_the_same_for_many(campus, django_assert_max_num_queries, simulated_clock):
    from tests.factories import CourierFactory

    couriers = [CourierFactory(campus=campus) for _ in range(30)]
    with django_assert_max_num_queries(7):  # with the transaction's own two
        assert positions.write_positions([Fix(c.pk, simulated_clock(), 31, 121) for c in couriers]) == 30


def test_operators_see_the_way_on_the_leg_and_finance_does_not(
    client_of, courier_zhao, open_job, carry, simulated_clock, operator_wang, finance_li
):
    leg = carry(open_job(), courier_zhao)
    ride(client_of(courier_zhao), simulated_clock, 45)
    leg.refresh_from_db()
    assert selectors.trail(leg)["points"] == 3
    url = reverse("admin:delivery_leg_change", args=[leg.pk])
    assert "3 points; they are deleted after seven days." in client_of(operator_wang).get(url).text
    assert "trail-map" not in client_of(finance_li).get(url).text


def test_positions_never_reach_a_log(
    client_of, courier_zhao, open_job, carry, simulated_clock, caplog, monkeypatch
):
    """Whatever goes right or wrong on the way."""
    caplog.set_level(logging.DEBUG)
    carry(open_job(), courier_zhao, stages=2)
    client = client_of(courier_zhao)
    client.raise_request_exception = False
    places = [
        (31.123456, 121.654321),
        (31.223456, 121.754321),
        (31.323456, 121.854321),
        (91.123456, 121.954321),
    ]
    post(client, {"lat": places[0][0], "lon": places[0][1]})
    simulated_clock.advance(seconds=5)
    post(client, {"fixes": [{"lat": places[1][0], "lon": places[1][1], "ago": 1}, {"lat": "x", "lon": 1}]})
    post(client, {"lat": places[3][0], "lon": places[3][1]})
    with monkeypatch.context() as broken:
        broken.setattr(TrailPoint.objects, "bulk_create", lambda *a, **k: 1 / 0)
        simulated_clock.advance(seconds=20)
        assert post(client, {"lat": places[2][0], "lon": places[2][1]}).status_code == 500
    written = caplog.text + str([record.__dict__ for record in caplog.records if not record.exc_info])
    for lat, lon in places:
        assert str(lat) not in written
        assert str(lon) not in written


@pytest.mark.redis
def test_with_redis_they_are_gathered_and_written_together(
    client_of, courier_zhao, courier_qian, simulated_clock, settings
):
    settings.POSITIONS_BUFFERED = True
    redis_pool.redis_client().delete(positions.list_key())
    for courier, lat in ((courier_zhao, 31.1), (courier_qian, 31.2)):
        assert post(client_of(courier), {"lat": lat, "lon": 121}).json()["kept"] is True
    assert set(Courier.objects.values_list("lat", flat=True)) == {None}
    assert services.flush_positions() == 2
    assert list(Courier.objects.order_by("pk").values_list("lat", flat=True)) == [31.1, 31.2]
    assert services.flush_positions() == 0


def test_without_redis_for_a_while_they_are_written_at_once(
    courier_zhao, simulated_clock, settings, monkeypatch
):
    class Gone:
        def rpush(self, *args):
            raise redis.ConnectionError

    settings.POSITIONS_BUFFERED = True
    monkeypatch.setattr(positions, "list_key", lambda: "x")
    monkeypatch.setattr(redis_pool, "redis_client", Gone)
    services.report_position(courier=courier_zhao, lat=31.1, lon=121)
    assert Courier.objects.get().lat == 31.1


def test_who_has_gone_off_duty_meanwhile_is_not_followed(courier_zhao, simulated_clock):
    services.set_duty(courier=courier_zhao, on=False)
    assert positions.write_positions([Fix(courier_zhao.pk, simulated_clock(), 31, 121)]) == 0
    assert Courier.objects.get().lat is None


def test_erasing_a_person_takes_the_trail_along(courier_zhao, open_job, carry, simulated_clock, client_of):
    from accounts.services import erase_person

    leg = carry(open_job(), courier_zhao)
    ride(client_of(courier_zhao), simulated_clock, 15)
    delivery.give_back(leg=leg, actor=courier_zhao.user)
    services.set_duty(courier=courier_zhao, on=False)
    assert TrailPoint.objects.exists()
    erase_person(user=courier_zhao.user)
    assert not TrailPoint.objects.exists()
    assert Courier.objects.get().lat is None


def test_where_somebody_was_last_is_forgotten_an_hour_after_their_work(
    courier_zhao, courier_qian, open_job, carry, simulated_clock, supervisor_sun
):
    carry(open_job(), courier_qian)
    for courier in (courier_zhao, courier_qian):
        services.report_position(courier=courier, lat=31, lon=121)
    simulated_clock.advance(hours=2)
    services.forget_trails()
    assert not Courier.objects.filter(lat=None).exists()  # they are on duty
    services.set_duty(courier=courier_zhao, on=False)
    services.report_position(courier=courier_qian, lat=31.5, lon=121)
    services.suspend(courier=courier_qian, actor=supervisor_sun, reason="x")
    simulated_clock.advance(hours=1)
    services.forget_trails()
    known = dict(Courier.objects.values_list("user__username", "lat"))
    assert known == {"zhao": None, "qian": 31.5}  # she still carries something
    assert Courier.objects.get(pk=courier_zhao.pk).located_at is None


def test_just_off_duty_the_last_position_is_still_there(courier_zhao, simulated_clock):
    services.report_position(courier=courier_zhao, lat=31, lon=121)
    services.set_duty(courier=courier_zhao, on=False)
    simulated_clock.advance(minutes=59)
    services.forget_trails()
    assert Courier.objects.get().lat == 31


def test_the_steps_of_an_order_lose_their_positions_a_week_after_its_end(
    open_job, carry, courier_zhao, student_lin, simulated_clock
):
    def located() -> list[bool]:
        return [model.objects.filter(lat__isnull=False).exists() for model in (History, Custody)]

    services.report_position(courier=courier_zhao, lat=31, lon=121)
    leg = carry(open_job(), courier_zhao)
    steps_and_places = [
        (delivery.arrive_at_pickup, leg.pickup),
        (delivery.pick_up, leg.pickup),
        (delivery.arrive_at_dropoff, leg.dropoff),
    ]
    for step, place in steps_and_places:
        leg = step(leg=leg, actor=courier_zhao.user, where=place.position)
    simulated_clock.advance(days=8)
    delivery.forget_places()
    assert located() == [True, True]  # it is not over
    delivery.deliver(leg=leg, actor=courier_zhao.user, code=leg.order.receiving_code)
    orders.complete_order(order=leg.order, actor=student_lin)
    simulated_clock.advance(days=7)
    delivery.forget_places()
    assert located() == [True, True]
    steps = History.objects.count(), Custody.objects.count()
    simulated_clock.advance(seconds=1)
    delivery.forget_places()
    assert located() == [False, False]
    assert steps == (History.objects.count(), Custody.objects.count())
