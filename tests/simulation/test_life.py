"""The demo's campus orders as people do."""

from datetime import timedelta
from random import Random

import pytest

from orders import services as orders
from orders.kinds import ERRANDS
from orders.models import Order
from payments.models import Payment
from simulation.demo import live_through, load_demo
from simulation.life import Life, Pace
from simulation.wishes import wish


@pytest.fixture
def demo(db, simulated_clock):
    return load_demo(history=timedelta(), say=lambda text: None)


@pytest.mark.parametrize("kind", ERRANDS)
def test_what_a_virtual_student_wants_can_be_ordered(demo, kind):
    life = Life(demo, Random(1), Pace())
    home = life.homes[0]
    errand = wish(Random(2), life.places, home, kinds=[kind])
    order = orders.place_order(actor=home.user, request=errand, gateway=Payment.Gateway.WALLET)
    assert (order.kind, order.status) == (kind, "placed")


def test_an_hour_of_life_leaves_orders_of_which_some_are_delivered(demo, simulated_clock):
    now = simulated_clock()
    live_through(demo, now - timedelta(hours=1), now)
    assert Order.objects.count() > 5
    assert Order.objects.filter(delivered_at__isnull=False).exists()
