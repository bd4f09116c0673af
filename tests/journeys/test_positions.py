"""A courier's phone says where it is: first as a person who has logged in, from then on by its pass."""

import pytest

from core import redis_pool
from couriers import services as couriers
from couriers.services import positions
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.redis]
SENDS_EVERY_MS = 8000


def test_the_second_position_goes_by_the_pass_that_the_first_brought(world, enter, settings):
    settings.POSITIONS_BUFFERED = True
    zhao = factories.CourierFactory(campus=world, user__name="赵强", user__language="zh-hans")
    key = f"{positions.list_key()}:{zhao.pk}"
    redis_pool.redis_client().delete(positions.list_key(), key, f"{key}:last")
    phone = enter(zhao, geolocation={"latitude": 31.0255, "longitude": 121.4345}, permissions=["geolocation"])
    is_position = "**/c/position/"
    with phone.expect_response(is_position) as first:
        phone.goto("/c/")
    given = first.value.json()["pass"]
    assert "x-position-pass" not in first.value.request.headers

    with phone.expect_response(is_position, timeout=2 * SENDS_EVERY_MS) as second:
        pass
    assert second.value.request.headers["x-position-pass"] == given
    assert second.value.json() == {"kept": True}
    assert couriers.flush_positions() == 1
    zhao.refresh_from_db()
    assert (zhao.lat, zhao.lon) == (31.0255, 121.4345)

    couriers.set_duty(courier=zhao, on=False)
    assert redis_pool.redis_client().get(key) is None
