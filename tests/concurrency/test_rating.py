"""Two devices of one customer rate a delivery at once: it counts once, and without the lock this test would notice.

PostgreSQL only: SQLite writes one transaction after the other whatever the code does.
"""

from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from delivery import services
from delivery.models import Rating
from delivery.services import rating
from dispatch import services as dispatch
from orders import services as orders
from orders.models import Order
from orders.requests import ErrandRequest
from tests.concurrency.crowd import together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def brought(campus, places, student_lin, courier_zhao, wallet_money) -> Order:
    """An order of Lin's that Zhao has handed over."""
    wallet_money(student_lin, 5000)
    request = ErrandRequest(
        campus=campus,
        kind="parcel",
        pickup=places.parcel_station,
        dropoff=places.dorm_north,
        pickup_codes="1-2-3456",
    )
    order = orders.place_order(actor=student_lin, request=request, gateway="wallet")
    leg = dispatch.grab(leg=order.legs.get(), courier=courier_zhao)
    for stage in (services.arrive_at_pickup, services.pick_up, services.arrive_at_dropoff):
        leg = stage(leg=leg, actor=courier_zhao.user)
    services.deliver(leg=leg, actor=courier_zhao.user, code=order.receiving_code)
    order.refresh_from_db()
    return order


def rates(order, student) -> list:
    return [
        lambda stars=stars: services.rate(order=order, actor=student, stars=stars) for stars in (5, 2, 4, 1)
    ]


def test_it_counts_once(brought, student_lin, courier_zhao):
    assert len(won(together(*rates(brought, student_lin)))) == 4
    courier_zhao.refresh_from_db()
    assert courier_zhao.rating_count == 1
    assert courier_zhao.rating_sum == Rating.objects.get().stars


def test_without_the_lock_it_would_be_written_twice(brought, student_lin, monkeypatch):
    """The negative control: both look before either has written, and only the database refuses the second."""
    both_have_looked = Barrier(2)

    class Look:
        def __init__(self, rows) -> None:
            self.rows = rows
            self.get = rows.get

        def first(self):
            found = self.rows.first()
            both_have_looked.wait(5)
            return found

    @contextmanager
    def unlocked(pk):
        with transaction.atomic():
            yield Order.objects.get(pk=pk)

    monkeypatch.setattr(rating, "for_update", Look)
    monkeypatch.setattr(rating.lifecycle, "lock_order", unlocked)
    with pytest.raises(IntegrityError):
        together(*rates(brought, student_lin)[:2])
