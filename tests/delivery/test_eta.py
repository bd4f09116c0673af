"""When it is expected: predicted along the courier's plan, renewed as it moves, told when it shifts by over a minute."""

from datetime import timedelta

import pytest

from core import clock, realtime
from couriers import services as couriers
from couriers.models import Courier
from delivery import selectors, services
from delivery.models import Leg, LegStatus
from delivery.services import etas

pytestmark = pytest.mark.django_db


@pytest.fixture
def broadcasts(monkeypatch):
    frames = []
    monkeypatch.setattr(realtime, "broadcast", lambda groups, t, **data: frames.append((groups, t, data)))
    return frames


def eta(leg):
    return Leg.objects.get(pk=leg.pk).eta_at


def stand(courier, place):
    couriers.report_position(courier=courier, lat=place.lat, lon=place.lon)


def test_it_is_known_as_soon_as_somebody_has_accepted(open_job, carry, courier_zhao, places, simulated_clock):
    stand(courier_zhao, places.gate)
    leg = carry(open_job(), courier_zhao)
    # Some 150 m to the station, 430 m to the dorm, and two minutes at the counter.
    assert timedelta(minutes=3) < eta(leg) - simulated_clock() < timedelta(minutes=8)


def test_goods_that_are_not_ready_are_waited_for(open_job, carry, courier_zhao, simulated_clock):
    leg = open_job()
    Leg.objects.update(ready_at=simulated_clock() + timedelta(minutes=30))
    carry(leg, courier_zhao)
    assert eta(leg) - simulated_clock() > timedelta(minutes=32)


def test_a_second_job_on_the_way_pushes_the_first_one_back(open_job, carry, courier_zhao, places):
    stand(courier_zhao, places.parcel_station)
    leg = carry(open_job(), courier_zhao)
    alone = eta(leg)
    carry(open_job(pickup=places.print_shop, dropoff=places.canteen), courier_zhao)
    assert eta(leg) > alone + timedelta(minutes=1)


def test_small_shifts_are_nobodys_business_and_large_ones_are_told(
    open_job, carry, courier_zhao, places, simulated_clock, broadcasts
):
    stand(courier_zhao, places.gate)
    leg = carry(open_job(), courier_zhao)
    before = eta(leg)
    broadcasts.clear()
    simulated_clock.advance(seconds=59)
    assert services.renew_etas() == 0
    assert (eta(leg), broadcasts) == (before, [])
    simulated_clock.advance(seconds=2)
    stand(courier_zhao, places.gate)
    assert services.renew_etas() == 1
    assert eta(leg) == before + timedelta(seconds=61)
    # Without a version: that of the leg has not changed, and pages drop what is not newer than what they have heard.
    assert broadcasts == [(f"order.{leg.order.no}", "eta", {"id": leg.order.no})]


def test_the_orders_page_listens_to_it(client_of, open_job, carry, courier_zhao, student_lin):
    order = carry(open_job(), courier_zhao).order
    assert f"live:eta:{order.no} from:body" in client_of(student_lin).get(f"/o/{order.no}/").text


def test_what_has_ended_while_it_was_predicted_is_left_alone(
    open_job, carry, courier_zhao, simulated_clock, monkeypatch, broadcasts
):
    leg = carry(open_job(), courier_zhao)
    before, predicted = eta(leg), etas.predicted
    Courier.objects.update(lat=31.02, lon=121.43)

    def slowly(held, now):
        Leg.objects.update(status=LegStatus.RELEASED)
        return predicted(held, now)

    monkeypatch.setattr(etas, "predicted", slowly)
    simulated_clock.advance(minutes=3)
    Courier.objects.update(located_at=simulated_clock())
    broadcasts.clear()
    assert services.renew_etas() == 0
    assert (eta(leg), broadcasts) == (before, [])


def test_the_customer_reads_it(client_of, open_job, carry, courier_zhao, student_lin, places):
    stand(courier_zhao, places.gate)
    leg = carry(open_job(), courier_zhao)
    text = client_of(student_lin).get(f"/o/{leg.order.no}/").text
    assert f"{clock.hour_minute(eta(leg))}</time><span" in text
    assert "Expected · promised by" in text
    services.give_back(leg=leg, actor=courier_zhao.user)
    assert "Expected · promised by" not in client_of(student_lin).get(f"/o/{leg.order.no}/").text


def test_while_no_position_comes_it_stands_still_and_says_how_old_it_is(
    client_of, open_job, carry, courier_zhao, student_lin, places, simulated_clock
):
    leg = carry(open_job(), courier_zhao, stages=2)
    stand(courier_zhao, places.gate)
    services.renew_etas()
    before = eta(leg)
    simulated_clock.advance(minutes=3)
    assert services.renew_etas() == 0
    assert eta(leg) == before
    way = client_of(student_lin).get(f"/c/way/{leg.order.no}/").text
    assert "no position since 10:00, 3 min ago" in way
    simulated_clock.advance(minutes=29)
    services.renew_etas()
    assert eta(leg) == before


def test_a_step_of_the_job_tells_as_much_as_a_position(open_job, carry, courier_zhao, simulated_clock):
    leg = carry(open_job(), courier_zhao)
    simulated_clock.advance(minutes=6)
    services.arrive_at_pickup(leg=leg, actor=courier_zhao.user)
    services.pick_up(leg=leg, actor=courier_zhao.user)
    assert simulated_clock() < eta(leg) < simulated_clock() + timedelta(minutes=6)


def test_another_stop_first_is_said_and_counted_in_the_range(
    client_of, open_job, carry, courier_zhao, student_lin, places
):
    stand(courier_zhao, places.parcel_station)
    near = carry(open_job(dropoff=places.canteen), courier_zhao, stages=2)
    far = carry(open_job(dropoff=places.dorm_north), courier_zhao, stages=2)
    first, second = sorted((near, far), key=eta)

    way = client_of(student_lin).get(f"/c/way/{second.order.no}/").text
    assert "1 other stop first" in way
    assert "other stop" not in client_of(student_lin).get(f"/c/way/{first.order.no}/").text
    one, two = (
        selectors.expectation(Leg.objects.select_related("courier__campus").get(pk=leg.pk))
        for leg in (first, second)
    )
    assert one.earliest < two.earliest
    assert two.earliest <= eta(second) <= two.latest


def test_the_plan_is_that_of_the_route_page(open_job, carry, courier_zhao, places, simulated_clock):
    stand(courier_zhao, places.parcel_station)
    for dropoff in (places.dorm_north, places.canteen):
        carry(open_job(dropoff=dropoff), courier_zhao)
    courier = Courier.objects.select_related("campus").get()
    order = [s.leg.pk for s in selectors.route_stops(courier) if not s.stop.is_pickup]
    assert order == list(Leg.objects.order_by("eta_at").values_list("pk", flat=True))


def test_all_are_renewed_in_a_few_statements(
    open_job, carry, campus, django_assert_max_num_queries, simulated_clock
):
    from tests.factories import CourierFactory

    for _ in range(6):
        carry(open_job(), CourierFactory(campus=campus, lat=31.02, lon=121.43, located_at=simulated_clock()))
    services.renew_etas()
    simulated_clock.advance(minutes=3)
    Courier.objects.update(located_at=simulated_clock())
    with django_assert_max_num_queries(5):
        assert services.renew_etas() == 6
