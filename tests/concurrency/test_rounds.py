"""Rounds on PostgreSQL: a worker that is killed, and two that plan one campus."""

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import connection, connections

from couriers import services as couriers
from delivery.models import Leg, LegStatus
from dispatch import services as dispatch
from dispatch.models import DispatchRule, Offer
from dispatch.services import offers, rounds
from orders import services as orders
from orders.requests import ErrandRequest

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two_jobs(campus, places, courier_zhao, courier_qian, student_lin, wallet_money):
    """A job beside each of two couriers who carry one thing at a time."""
    DispatchRule.objects.create(campus=campus, hall=False, offers=True)
    wallet_money(student_lin, 10_000)
    legs = []
    for courier, place in ((courier_zhao, places.parcel_station), (courier_qian, places.canteen)):
        courier.capacity = 1
        courier.save(update_fields=["capacity"])
        couriers.report_position(courier=courier, lat=place.lat, lon=place.lon)
        order = orders.place_order(
            actor=student_lin,
            request=ErrandRequest(campus=campus, kind="parcel", pickup=place, dropoff=places.dorm_north),
            gateway="wallet",
        )
        legs.append(order.legs.get())
    couriers.flush_positions()
    return legs


def round_that_is_killed(campus) -> None:
    """In a process of its own: the first offer is committed, of the second everything is written but the commit."""
    rounds.BATCH = 1
    write, written = offers._write, []

    def write_and_die(*args):
        write(*args)
        written.append(args)
        if len(written) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    offers._write = write_and_die
    dispatch.plan_round(campus=campus, steps=50)


def test_a_worker_killed_in_a_round_leaves_nothing_half_done_and_no_lock(two_jobs, campus):
    connections.close_all()  # nothing is shared over a fork
    worker = multiprocessing.get_context("fork").Process(target=round_that_is_killed, args=(campus,))
    worker.start()
    worker.join(120)
    assert worker.exitcode == -signal.SIGKILL
    offer = Offer.objects.get()
    offered = Leg.objects.filter(status=LegStatus.OFFERED)
    assert list(offer.legs.all()) == list(offered)
    assert [leg.order.history.filter(action="offer").count() for leg in offered] == [1]
    assert Leg.objects.get(status=LegStatus.OPEN).order.history.filter(action="offer").count() == 0
    assert dispatch.plan_round(campus=campus, steps=50).offers == 1


def both_at_once(campus) -> list:
    start = Barrier(2)

    def one(_number):
        try:
            connection.ensure_connection()
            start.wait(60)
            return dispatch.plan_round(campus=campus, steps=3000)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def test_of_two_workers_one_plans(two_jobs, campus):
    done = both_at_once(campus)
    assert sorted(one is None for one in done) == [False, True]
    assert Offer.objects.count() == 2
    assert {leg.offers.count() for leg in two_jobs} == {1}


def test_without_the_lock_both_would_plan_and_still_nobody_is_asked_twice(two_jobs, campus, monkeypatch):
    """The control: what the lock spares. Each offer is decided by the locked rows, whoever makes it."""

    @contextmanager
    def everybody(_name):
        yield True

    monkeypatch.setattr(rounds, "try_advisory_lock", everybody)
    done = both_at_once(campus)
    assert None not in done
    assert sum(one.offers for one in done) == Offer.objects.count() == 2
    assert {leg.offers.count() for leg in two_jobs} == {1}
