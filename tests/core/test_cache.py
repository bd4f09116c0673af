"""The cache while Redis is away: nobody is kept waiting, nothing raises, and one line is logged an outage."""

import time

import pytest
from redis import ConnectionError as RedisConnectionError

from core import breaker, cache, redis_pool
from core.breaker import Breaker
from core.cache import FallbackRedisCache
from tests import redis_away


@pytest.fixture(autouse=True)
def own_breaker(monkeypatch):
    """The test's own outage."""
    own = Breaker("Redis")
    monkeypatch.setattr(cache, "redis_breaker", own)
    monkeypatch.setattr(redis_pool, "redis_breaker", own)
    return own


@pytest.fixture(params=["nobody", "hanging"])
def away(request):
    with getattr(redis_away, request.param)() as address:
        yield FallbackRedisCache(address, {})


def test_everything_that_a_cache_does_goes_on_in_memory(away):
    assert away.get("x", "nothing") == "nothing"
    assert away.add("x", 1, 60) is True
    assert away.add("x", 2, 60) is False
    assert away.incr("x") == 2
    away.set("y", "kept", 60)
    assert away.get_many(["x", "y", "z"]) == {"x": 2, "y": "kept"}
    assert away.has_key("y")
    assert away.touch("y", 60) is True
    away.set_many({"a": 1, "b": 2}, 60)
    away.delete_many(["a"])
    assert away.delete("b") is True
    assert away.get_or_set("c", 5, 60) == 5
    away.clear()
    assert away.get("y") is None


def test_a_counter_begun_in_redis_goes_on_when_it_is_away(away):
    assert away.incr("begun-elsewhere") == 1
    assert away.incr("begun-elsewhere") == 2


def test_one_that_hangs_costs_one_timeout_a_second(away):
    started = time.monotonic()
    for number in range(100):
        away.get(f"x{number}")
    assert time.monotonic() - started < 1.0  # one timeout is half a second


def test_one_line_an_outage(away, caplog, own_breaker):
    for _call in range(5):
        away.get("x")
    assert [record.message.partition(",")[0] for record in caplog.records] == ["Redis does not answer"]


@pytest.mark.redis
def test_what_was_kept_meanwhile_is_forgotten_when_it_answers_again(settings, own_breaker, caplog):
    there = FallbackRedisCache(settings.REDIS_URL, {"KEY_PREFIX": "test-away"})
    own_breaker.failed(RedisConnectionError("gone"))
    there.set("limit", 5, 60)
    assert there.get("limit") == 5
    own_breaker._next_try = 0.0
    assert there.get("limit") is None
    assert not own_breaker.is_open
    assert "answers again" in caplog.text
    assert there._memory.get("limit") is None


def test_a_breaker_lets_one_caller_a_second_try(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(breaker.time, "monotonic", lambda: now[0])
    of_test = Breaker("it")
    assert of_test.allows()
    of_test.failed(OSError("gone"))
    assert not of_test.allows()
    now[0] += 1.1
    assert of_test.allows()
    assert not of_test.allows()  # the one that was let through has not come back yet
    of_test.answered()
    assert of_test.allows()


def test_counting_survives_a_counter_that_vanishes(monkeypatch):
    assert cache.count("mails", 60) == 1
    assert cache.count("mails", 60) == 2
    monkeypatch.setattr(cache.cache, "add", lambda *args, **kwargs: False)
    cache.cache.delete("mails")
    assert cache.count("mails", 60) == 1
