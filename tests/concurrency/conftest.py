"""Open jobs, and crowds of couriers who want them."""

import pytest

from couriers.models import Courier
from delivery.models import Leg
from orders import services as orders
from orders.requests import ErrandRequest
from tests import factories


@pytest.fixture
def job(campus, places, student_lin, wallet_money):
    """job(**data): Lin orders and pays; the leg that couriers then see."""

    def make(**data) -> Leg:
        wallet_money(student_lin, 10_000)
        wish = {"pickup": places.parcel_station, "dropoff": places.dorm_north}
        order = orders.place_order(
            actor=student_lin,
            request=ErrandRequest(campus=campus, kind="parcel", **(wish | data)),
            gateway="wallet",
        )
        return order.legs.get(sequence=1)

    return make


@pytest.fixture
def crowd(campus):
    """crowd(n): so many couriers on duty."""

    def gather(count: int, **fields) -> list[Courier]:
        return [factories.CourierFactory(campus=campus, **fields) for _ in range(count)]

    return gather
