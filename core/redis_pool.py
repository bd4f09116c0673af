"""The connections to Redis of this process, and what a call does while Redis is away."""

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from core.breaker import redis_breaker
from core.cache import connection_options


@cache
def redis_client() -> redis.Redis:
    """One connection pool a process (redis-py renews it after a fork). Use `redis_or_error` around calls."""
    layer: dict[str, Any] = settings.CHANNEL_LAYERS["default"]
    return redis.Redis.from_url(layer["CONFIG"]["hosts"][0], **connection_options())


@contextlib.contextmanager
def redis_or_error() -> Iterator[redis.Redis]:
    """The client for calls that somebody waits for. Raises a RedisError at once while Redis is known to be away, so that
    one that hangs costs a process one timeout a second and not one a request."""
    if not redis_breaker.allows():
        raise redis.ConnectionError("Redis is away")
    try:
        yield redis_client()
    except (redis.RedisError, OSError) as error:
        redis_breaker.failed(error)
        raise
    redis_breaker.answered()


def redis_answers() -> bool:
    """Whether Redis answers now."""
    try:
        with redis_or_error() as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


@receiver(setting_changed)
def _forget_redis(*, setting, **kwargs) -> None:
    if setting == "CHANNEL_LAYERS":
        redis_client.cache_clear()
        redis_breaker.reset()
