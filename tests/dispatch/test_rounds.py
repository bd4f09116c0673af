"""A round: the engine's plan becomes offers, to those who may carry, one round of a campus at a time."""

import itertools
import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campus.models import Place
from core import clock
from core.db import try_advisory_lock
from couriers import services as couriers
from delivery import services as delivery
from delivery.models import Leg, LegStatus
from dispatch import engine, selectors, services
from dispatch.engine import jit_warmup
from dispatch.models import DispatchRule, Offer, Planning
from dispatch.selectors import snapshot
from dispatch.selectors.snapshot import PlanningSnapshot
from dispatch.services import rounds
from orders import services as orders
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_offer(campus):
    """The campus makes offers, and shows nothing in the hall."""
    return DispatchRule.objects.create(campus=campus, hall=False, offers=True)


@pytest.fixture
def stand(simulated_clock):
    """stand(courier, place): the courier is there now."""

    def go(courier, place):
        couriers.report_position(courier=courier, lat=place.lat, lon=place.lon)
        couriers.flush_positions()
        courier.refresh_from_db()
        return courier

    return go


def test_the_nearer_one_is_asked_and_reads_why(
    on_offer, campus, places, open_job, courier_zhao, courier_qian, stand
):
    stand(courier_zhao, places.gate)
    stand(courier_qian, places.parcel_station)
    leg = open_job()
    done = services.plan_round(campus=campus, steps=200)
    assert (done.legs, done.couriers, done.offers, done.left) == (1, 2, 1, 0)
    offer = Offer.objects.get()
    assert (offer.courier, offer.legs.get()) == (courier_qian, leg)
    card = selectors.open_offer(courier_qian)
    assert [(stop.place, stop.take) for stop in card.stops] == [
        ("Parcel station", True),
        ("North dorm 3", False),
    ]
    assert any("fetched by" in reason for reason in card.reasons)
    assert any("赵强" in reason for reason in selectors.offer_card(offer, full_names=True).reasons)
    assert Planning.objects.get(campus=campus).figures["offers"] == 1


def test_who_was_asked_is_not_asked_again_meanwhile(
    on_offer, campus, places, open_job, courier_zhao, stand, student_mei
):
    stand(courier_zhao, places.parcel_station)
    open_job()
    services.plan_round(campus=campus, steps=100)
    open_job(customer=student_mei)
    assert services.plan_round(campus=campus, steps=100).offers == 0
    offer = Offer.objects.get()
    services.refuse_offer(offer=offer, actor=courier_zhao.user)
    services.plan_round(campus=campus, steps=100)
    again = Offer.objects.get(status="open")
    assert offer.legs.get() not in again.legs.all()  # a no is a no


def test_a_job_far_away_is_offered_when_the_courier_has_to_set_off(
    on_offer, campus, places, open_job, courier_zhao, student_mei, stand
):
    """A quarter of an hour's walk: its pickup never comes near while nobody sets off."""
    there = places.parcel_station
    stand(courier_zhao, Place(lat=there.lat + 0.012, lon=there.lon))
    legs = {open_job(), open_job(customer=student_mei)}
    Leg.objects.update(ready_at=clock.now() + timedelta(minutes=40))
    done = services.plan_round(campus=campus, steps=100)
    assert (done.left, done.due) == (0, 0)
    Leg.objects.update(ready_at=None)
    services.plan_round(campus=campus, steps=100)
    offer = Offer.objects.get()
    assert set(offer.legs.all()) == legs
    first = datetime.fromisoformat(offer.explanation["route"][0]["at"])
    assert first - clock.now() > timedelta(seconds=snapshot.HORIZON)


def test_two_doors_on_one_way_are_one_offer(
    on_offer, campus, places, open_job, courier_zhao, stand, student_mei
):
    stand(courier_zhao, places.parcel_station)
    legs = {open_job(), open_job(customer=student_mei)}
    services.plan_round(campus=campus, steps=300)
    assert set(Offer.objects.get().legs.all()) == legs


def test_what_the_plan_has_in_store_is_not_on_the_card(
    on_offer, campus, places, open_job, courier_zhao, stand, carry
):
    """A card names what is asked, and what is in hand anyway; of ten jobs that wait, somebody else may do the rest."""
    stand(courier_zhao, places.parcel_station)
    held = carry(open_job(dropoff=places.dorm_north), courier_zhao)
    waiting = [open_job(dropoff=places.canteen) for _ in range(5)]
    services.plan_round(campus=campus, steps=300)
    offer = Offer.objects.get()
    told = {stop["leg"] for stop in offer.explanation["route"]}
    asked = {leg.no for leg in offer.legs.all()}
    assert told - asked - {held.no}, "the plan has nothing in store: the test says nothing"
    card = selectors.offer_card(offer)
    assert len(card.stops) == 2 * len(asked) + 2
    assert sum(stop.is_new for stop in card.stops) == 2 * len(asked) < 2 * len(waiting)


def test_gender_is_never_mistaken(on_offer, campus, places, open_job, courier_zhao, courier_qian, stand):
    stand(courier_zhao, places.parcel_station)
    stand(courier_qian, places.gate)
    open_job(dropoff=places.dorm_women)
    services.plan_round(campus=campus, steps=200)
    assert Offer.objects.get().courier == courier_qian


def test_a_relays_second_leg_is_planned_with_the_first_but_offered_when_it_is_there(
    on_offer, campus, places, station, open_job, courier_zhao, courier_qian, stand
):
    stand(courier_zhao, places.parcel_station)
    stand(courier_qian, station.place)
    first = open_job(dropoff=places.dorm_women)
    services.plan_round(campus=campus, steps=300)
    offer = Offer.objects.get()
    assert offer.legs.get() == first
    services.accept_offer(offer=offer, actor=offer.courier.user)
    for step in (delivery.arrive_at_pickup, delivery.pick_up):
        step(leg=first, actor=offer.courier.user)
    assert services.plan_round(campus=campus, steps=300).offers == 0
    services.process_scan(text=delivery.place_qr_code(station.place).signed, courier=offer.courier)
    services.plan_round(campus=campus, steps=300)
    second = Offer.objects.get(status="open")
    assert (second.courier, second.legs.get().sequence) == (courier_qian, 2)


def test_without_the_rule_without_couriers_or_without_jobs_nothing_happens(campus, open_job, courier_zhao):
    open_job()
    assert services.plan_round(campus=campus, steps=10).offers == 0
    DispatchRule.objects.create(campus=campus, offers=True)
    assert services.plan_round(campus=campus, steps=10).couriers == 0  # nobody knows where Zhao is


def test_a_courier_with_a_pause_is_left_alone(
    on_offer, campus, places, open_job, courier_zhao, stand, simulated_clock
):
    stand(courier_zhao, places.parcel_station)
    open_job()
    for _ in range(3):
        services.plan_round(campus=campus, steps=50)
        simulated_clock.advance(seconds=31)
        services.expire_offers()
    assert services.plan_round(campus=campus, steps=50).offers == 0
    assert Offer.objects.filter(status="expired").count() == 3


def test_two_rounds_of_one_campus_never_run_at_once(on_offer, campus):
    """In one process; two on PostgreSQL stand in tests/concurrency."""
    taken = []
    with try_advisory_lock(f"dispatch-round-{campus.pk}") as free:
        assert free
        other = threading.Thread(target=lambda: taken.append(_is_free(f"dispatch-round-{campus.pk}")))
        other.start(), other.join()
    assert taken == [False]
    assert _is_free(f"dispatch-round-{campus.pk}")


def _is_free(name: str) -> bool:
    try:
        with try_advisory_lock(name) as free:
            return free
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()


@pytest.fixture
def two_far_jobs(on_offer, places, open_job, courier_zhao, courier_qian, stand, student_mei, monkeypatch):
    """A job beside each of two couriers who carry one thing at a time; offers are written one by one."""
    stand(courier_zhao, places.parcel_station)
    stand(courier_qian, places.canteen)
    courier_zhao.capacity = courier_qian.capacity = 1
    courier_zhao.save(update_fields=["capacity"]), courier_qian.save(update_fields=["capacity"])
    monkeypatch.setattr(rounds, "BATCH", 1)
    return open_job(), open_job(customer=student_mei, pickup=places.canteen)


def test_a_round_that_dies_leaves_whole_offers(two_far_jobs, campus, monkeypatch):
    make_all, calls = rounds.offers.make_all, []

    def dies(**kwargs):
        if calls:
            raise KeyboardInterrupt
        calls.append(make_all(**kwargs))
        return calls[-1]

    monkeypatch.setattr(rounds.offers, "make_all", dies)
    with pytest.raises(KeyboardInterrupt):
        services.plan_round(campus=campus, steps=200)
    assert Offer.objects.get().legs.get().status == LegStatus.OFFERED
    monkeypatch.undo()
    assert services.plan_round(campus=campus, steps=200).offers == 1


def test_when_the_time_is_up_what_is_written_stays_and_the_next_round_does_the_rest(
    two_far_jobs, campus, monkeypatch
):
    seconds, plan = itertools.count(), engine.plan
    monkeypatch.setattr(rounds, "perf_counter", lambda: 0.7 * next(seconds))
    # The plan by steps: what a loaded machine searches in a second is not this test's.
    monkeypatch.setattr(
        engine, "plan", lambda *args, **how: plan(*args, **{**how, "seconds": None, "steps": 200})
    )
    first = services.plan_round(campus=campus)
    assert (first.due, first.offers) == (2, 1)
    assert Planning.objects.get(campus=campus).figures["due"] == 2
    second = services.plan_round(campus=campus)
    assert (second.due, second.offers) == (1, 1)
    assert {leg.status for leg in Leg.objects.all()} == {LegStatus.OFFERED}


def test_what_was_taken_while_it_was_planned_is_left_out_of_its_batch(
    two_far_jobs, campus, courier_zhao, courier_qian, monkeypatch
):
    monkeypatch.setattr(rounds, "BATCH", 25)
    wang = factories.CourierFactory(campus=campus)  # nobody knows where; the hall is open to them
    make_all = rounds.offers.make_all

    def meanwhile(**kwargs):
        services.grab(leg=two_far_jobs[0], courier=wang)
        return make_all(**kwargs)

    monkeypatch.setattr(rounds.offers, "make_all", meanwhile)
    done = services.plan_round(campus=campus, steps=200)
    assert (done.due, done.offers) == (2, 1)
    assert Offer.objects.get().legs.get() == two_far_jobs[1]
    assert Leg.objects.get(pk=two_far_jobs[0].pk).courier == wang


def test_the_next_round_goes_on_from_the_plan_of_the_one_before(
    on_offer, campus, places, open_job, courier_zhao, courier_qian, stand, student_mei, carry
):
    """Without a step of search of its own: what is gone is left out, what has been picked up is only brought."""
    stand(courier_zhao, places.parcel_station)
    stand(courier_qian, places.canteen)
    carried, gone = carry(open_job(), courier_zhao, stages=1), open_job(customer=student_mei)
    stays = open_job(pickup=places.canteen)
    stops = [(leg.pk, gives) for leg in (carried, stays, gone) for gives in (0, 1)]
    earlier = {courier_zhao.pk: stops, courier_qian.pk: [(carried.pk, 1), (10**9, 0)]}
    delivery.pick_up(leg=carried, actor=courier_zhao.user)
    orders.cancel_order(order=gone.order, actor=student_mei)
    snapshot = PlanningSnapshot.read(campus, clock.now())
    rows = {leg.pk: i for i, leg in enumerate(snapshot.legs)}
    start = snapshot.start(snapshot.problem(), earlier)
    i, j = rows[carried.pk], rows[stays.pk]
    assert start[snapshot.couriers.index(courier_zhao)] == [2 * i + 1, 2 * j, 2 * j + 1]
    assert start[snapshot.couriers.index(courier_qian)] == []
    found = engine.plan(snapshot.problem(), steps=0, start=start)
    assert snapshot.routes(found)[courier_zhao.pk] == [(carried.pk, 1), (stays.pk, 0), (stays.pk, 1)]


def test_while_the_engine_is_being_compiled_nobody_waits_for_it(on_offer, campus):
    with jit_warmup._warming:
        assert services.plan_round(campus=campus, steps=10) is None
    assert services.plan_round(campus=campus, steps=10) is not None


def test_who_is_full_is_planned_for_later_and_asked_when_there_is_room(
    on_offer, campus, places, open_job, courier_zhao, stand, student_mei, carry
):
    stand(courier_zhao, places.parcel_station)
    courier_zhao.capacity = 1
    courier_zhao.save(update_fields=["capacity"])
    carried = carry(open_job(), courier_zhao, stages=2)
    open_job(customer=student_mei)
    done = services.plan_round(campus=campus, steps=50)
    assert (done.due, done.left) == (0, 0)
    delivery.arrive_at_dropoff(leg=carried, actor=courier_zhao.user)
    delivery.deliver(leg=carried, actor=courier_zhao.user, code=carried.order.receiving_code)
    assert services.plan_round(campus=campus, steps=50).offers == 1


def test_queries_do_not_grow_with_jobs_and_couriers(on_offer, campus, places, open_job, courier_zhao, stand):
    stand(courier_zhao, places.gate)
    open_job()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            PlanningSnapshot.read(campus, clock.now()).problem()
        return len(queries)

    asked()
    few = asked()
    for _ in range(5):
        open_job()
        open_job(kind="purchase", pickup=places.canteen, pickup_codes="", budget_fen=2000, what="Milk")
        open_job(kind="queue", pickup=None, minutes=30, pickup_codes="")
        stand(factories.CourierFactory(campus=campus), places.canteen)
    assert asked() == few


def test_queries_do_not_grow_with_offers(on_offer, campus, places, open_job, courier_zhao, stand):
    stand(courier_zhao, places.gate)
    courier_zhao.capacity = 1
    courier_zhao.save(update_fields=["capacity"])
    open_job()

    def asked() -> tuple[int, int]:
        Offer.objects.all().delete()
        Leg.objects.filter(status=LegStatus.OFFERED).update(status=LegStatus.OPEN)
        with CaptureQueriesContext(connection) as queries:
            done = services.plan_round(campus=campus, steps=50)
        return len(queries), done.offers

    asked()
    few, one = asked()
    for _ in range(4):
        open_job()
        stand(factories.CourierFactory(campus=campus, capacity=1), places.canteen)
    many, five = asked()
    assert (many, one, five) == (few, 1, 5)
