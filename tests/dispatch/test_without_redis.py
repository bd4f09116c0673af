"""With Redis gone or hanging people go on: they log in, order, hand over, scan, chat, and operators look on. No page fails,
and none keeps anybody waiting for long."""

import re
import time

import pytest
from django.urls import reverse

from chat.models import Message
from core import redis_pool
from core.breaker import PAUSE_SECONDS, redis_breaker
from delivery import services
from delivery.models import LegStatus, ScanCode
from orders.models import Order
from tests import redis_away
from tests.accounts.conftest import *  # noqa: F403 - the SMS that were sent
from tests.orders.conftest import filled  # noqa: F401 - what the form sends

pytestmark = pytest.mark.django_db

LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,5/5m/key", "request_login_code": "60/m/ip,6/h/key"}


@pytest.fixture(params=["nobody", "hanging"])
def without_redis(request, settings):
    """Server mode, whose Redis does not answer. Everything that the test has set up stands."""
    with getattr(redis_away, request.param)() as address:
        settings.REDIS_URL = address
        settings.CACHES = {"default": {"BACKEND": "core.cache.FallbackRedisCache", "LOCATION": address}}
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [address]},
            }
        }
        settings.ACCOUNT_RATE_LIMITS = LIMITS
        settings.POSITIONS_BUFFERED = True
        yield
        redis_pool.redis_client.cache_clear()
        redis_breaker.reset()


@pytest.fixture
def quick(monkeypatch):
    """quick(client, method, address, data): the answer. It is no failure, and waited for Redis once a second at most:
    half a second each time. (Counted, as a busy machine is slow by itself.)"""
    waits, failed = [], redis_breaker.failed
    monkeypatch.setattr(redis_breaker, "failed", lambda error: (waits.append(error), failed(error)))

    def go(client, method, address, data=None, **more):
        waits.clear()
        started = time.monotonic()
        answer = getattr(client, method)(address, data, **more)
        assert answer.status_code < 500, f"{method} {address}: {answer.status_code}"
        assert len(waits) <= 1 + (time.monotonic() - started) / PAUSE_SECONDS
        return answer

    return go


def test_logging_in_by_password(without_redis, client, student_lin, quick):
    student_lin.set_password("correct horse")
    student_lin.save()
    quick(client, "get", "/accounts/login/")
    answer = quick(
        client, "post", "/accounts/login/", {"login": student_lin.phone, "password": "correct horse"}
    )
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(student_lin.pk)


def test_wrong_passwords_end_all_the_same(without_redis, client, student_lin, quick):
    for _turn in range(6):
        quick(client, "post", "/accounts/login/", {"login": student_lin.phone, "password": "wrong"})
    student_lin.set_password("correct horse")
    student_lin.save()
    quick(client, "post", "/accounts/login/", {"login": student_lin.phone, "password": "correct horse"})
    assert "_auth_user_id" not in client.session


def test_logging_in_by_code(without_redis, client, student_lin, sms, quick):
    quick(client, "post", "/accounts/login/code/", {"phone": student_lin.phone})
    answer = quick(client, "post", "/accounts/login/code/confirm/", {"code": sms.code})
    assert answer.url == "/"


def test_ordering_with_a_photo(
    without_redis, client_of, student_lin, wallet_money, campus, photo, filled, quick  # noqa: F811
):  # fmt: skip
    wallet_money(student_lin, 50_000)
    browser = client_of(student_lin)
    page = quick(browser, "get", "/new/parcel/").text
    assert 'id="price"' in page
    bar = quick(browser, "post", "/new/parcel/price/", filled()).text
    token = re.search(r'name="quote_token" value="([^"]*)"', bar)[1]
    answer = quick(browser, "post", "/new/parcel/", filled(quote_token=token, photos=[photo()]))
    order = Order.objects.get()
    assert answer.url == f"/o/{order.no}/"
    assert order.photos.count() == 1
    quick(browser, "get", answer.url)


def test_handing_over_with_the_right_code(without_redis, client_of, open_job, carry, courier_zhao, quick):
    leg = carry(open_job(), courier_zhao, stages=3)
    browser = client_of(courier_zhao)
    quick(browser, "get", reverse("delivery:job", args=[leg.no]))
    quick(browser, "post", reverse("delivery:deliver", args=[leg.no]), {"code": leg.order.receiving_code})
    leg.refresh_from_db()
    assert leg.status == LegStatus.DONE


def test_wrong_receiving_codes_end_all_the_same(
    without_redis, client_of, open_job, carry, courier_zhao, quick
):
    leg = carry(open_job(), courier_zhao, stages=3)
    browser, wrong = client_of(courier_zhao), "0000" if leg.order.receiving_code != "0000" else "1111"
    for _turn in range(5):
        quick(browser, "post", reverse("delivery:deliver", args=[leg.no]), {"code": wrong})
    quick(browser, "post", reverse("delivery:deliver", args=[leg.no]), {"code": leg.order.receiving_code})
    leg.refresh_from_db()
    assert leg.status == LegStatus.AT_DROPOFF


def test_scanning_digits(without_redis, client_of, open_job, carry, places, courier_zhao, quick):
    leg = carry(open_job(), courier_zhao, stages=0)
    poster = services.place_qr_code(places.parcel_station)
    quick(client_of(courier_zhao), "post", reverse("dispatch:scan"), {"c": poster.digits})
    leg.refresh_from_db()
    assert leg.status == LegStatus.AT_PICKUP
    assert ScanCode.objects.get() == poster


def test_chat_hall_position_and_console(
    without_redis, client_of, open_job, carry, courier_zhao, supervisor_sun, quick
):
    leg = carry(open_job(), courier_zhao, stages=1)
    browser = client_of(courier_zhao)
    quick(browser, "get", reverse("dispatch:hall"))
    quick(browser, "get", f"/o/{leg.order.no}/chat/")
    quick(
        browser,
        "post",
        f"/chat/order-{leg.order.no}/say/",
        {"client": "c" * 16, "text": "hello"},
        headers={"Accept": "application/json"},
    )
    assert Message.objects.filter(text="hello").exists()
    quick(browser, "post", "/c/position/", {"lat": 31.1, "lon": 121.4}, content_type="application/json")
    courier_zhao.refresh_from_db()
    assert courier_zhao.lat == 31.1
    quick(client_of(supervisor_sun), "get", "/admin/console/")
