import pytest

from dispatch import services as dispatch
from orders import services as orders
from orders.requests import ErrandRequest
from tests.accounts.fake_sms import KEY, SECRET
from tests.telephony.fake_dyplsapi import CALLBACK, Dyplsapi


@pytest.fixture
def lake(campus):
    """The campus, with masked numbers."""
    campus.call_provider = "fake"
    campus.save()
    return campus


@pytest.fixture
def leg(lake, places, student_lin, courier_zhao, wallet_money, simulated_clock):
    """Zhao fetches Lin's parcel."""
    wallet_money(student_lin, 5000)
    data = {"pickup": places.parcel_station, "dropoff": places.dorm_north, "dropoff_detail": "302"}
    order = orders.place_order(
        actor=student_lin, request=ErrandRequest(campus=lake, kind="parcel", **data), gateway="wallet"
    )
    return dispatch.grab(leg=order.legs.get(), courier=courier_zhao)


@pytest.fixture
def aliyun(settings):
    fake = Dyplsapi()
    settings.ALIYUN_CALLS = {
        "ALIYUN_ACCESS_KEY_ID": KEY,
        "ALIYUN_ACCESS_KEY_SECRET": SECRET,
        "ALIYUN_CALLS_POOL_KEY": "FC1",
        "ALIYUN_CALLS_CALLBACK_SECRET": CALLBACK,
        "ALIYUN_CALLS_URL": fake.url,
    }
    yield fake
    fake.stop()
