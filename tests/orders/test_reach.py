"""How far an order may go: from the campus, and from door to door."""

import pytest

from core.errors import Invalid
from orders import services
from orders.models import Order
from orders.requests import ErrandRequest
from orders.services.address_changes import quote_address
from orders.services.quoting import quote
from tests.factories import PlaceFactory


@pytest.fixture
def errand(campus, places):
    def make(**more) -> ErrandRequest:
        wish = {
            "pickup": places.parcel_station,
            "dropoff": places.dorm_north,
            "dropoff_detail": "3楼",
            "pickup_codes": "5-2-1188",
        }
        return ErrandRequest(campus=campus, kind="parcel", **(wish | more))

    return make


@pytest.mark.parametrize("end", ["pickup", "dropoff"])
@pytest.mark.parametrize("at", [(0.0, 0.0), (121.434, 31.026), (300.0, 121.434), (39.9, 116.4)])
def test_nothing_is_ordered_from_or_to_the_other_end_of_the_world(campus, errand, end, at):
    far = PlaceFactory(campus=campus, code="far", name_en="Far hall", lat=at[0], lon=at[1])
    with pytest.raises(Invalid, match="Far hall lies far outside of the campus"):
        quote(errand(**{end: far}))


def test_a_purchase_without_a_shop_goes_to_no_door_far_away(campus, errand):
    far = PlaceFactory(campus=campus, code="far", name_en="Far hall", lat=0.0, lon=0.0)
    with pytest.raises(Invalid, match="Far hall"):
        quote(errand(pickup=None, dropoff=far))


def test_an_order_to_far_away_is_not_placed(campus, student_lin, wallet_money, errand):
    wallet_money(student_lin, 20_000)
    far = PlaceFactory(campus=campus, code="far", lat=0.0, lon=0.0)
    with pytest.raises(Invalid):
        services.place_order(actor=student_lin, request=errand(dropoff=far), gateway="wallet")
    assert not Order.objects.exists()


def test_a_quote_has_a_greatest_distance(campus, errand):
    known = quote(errand())
    assert known.total_fen > 0
    campus.max_distance_m = 500
    near = errand()
    near.dropoff.lat = near.pickup.lat + 0.006
    with pytest.raises(Invalid, match=r"That is 0\.9 km from door to door; orders here go 0\.5 km at most"):
        quote(near)


def test_another_door_is_not_farther_than_orders_go(ordered, campus):
    order = ordered()
    order.campus.max_distance_m = 500
    door = PlaceFactory(campus=campus, code="hill", name_en="Hill dorm", lat=31.035, lon=121.434)
    with pytest.raises(Invalid, match="orders here go"):
        quote_address(order, door)


def test_another_door_is_on_the_campus(ordered, campus):
    far = PlaceFactory(campus=campus, code="far", name_en="Far hall", lat=0.0, lon=0.0)
    with pytest.raises(Invalid, match="Far hall"):
        quote_address(ordered(), far)
