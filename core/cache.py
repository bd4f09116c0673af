"""The cache of server mode: Redis, and this process's own memory while Redis is away.

What a cache holds may be forgotten at any time, so nobody need know which of the two answered. Limits go on meanwhile,
each process counting for itself.
"""

from typing import Any

from django.core.cache import cache
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import ConnectionError as RedisConnectionError
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.breaker import redis_breaker

CONNECT_SECONDS = ANSWER_SECONDS = 0.5
MOST_ENTRIES = 10_000


def connection_options() -> dict[str, Any]:
    """How long this process waits for Redis: half a second, and once more only where a kept connection may be stale."""
    return {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
    }


class FallbackRedisCache(RedisCache):
    """Django's Redis cache that never raises because Redis is away."""

    def __init__(self, server: str | list[str], params: dict) -> None:
        params = {**params, "OPTIONS": {**connection_options(), **params.get("OPTIONS", {})}}
        super().__init__(server, params)
        self._memory = LocMemCache(f"while-away-{id(self)}", {"OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES}})

    def _call(self, name: str, *args, **kwargs) -> Any:
        """Ask Redis, else the memory."""
        if redis_breaker.allows():
            was_away = redis_breaker.is_open
            try:
                result = getattr(super(), name)(*args, **kwargs)
            except (RedisError, OSError) as error:
                redis_breaker.failed(error)
            except ValueError:  # incr of what is not there: Redis has answered
                redis_breaker.answered()
                raise
            else:
                if was_away:
                    self._memory.clear()
                    redis_breaker.answered()
                return result
        return getattr(self._memory, name)(*args, **kwargs)

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._call("add", key, value, timeout, version)

    def get(self, key, default=None, version=None):
        return self._call("get", key, default, version)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._call("set", key, value, timeout, version)

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self._call("touch", key, timeout, version)

    def delete(self, key, version=None):
        return self._call("delete", key, version)

    def get_many(self, keys, version=None):
        return self._call("get_many", list(keys), version)

    def has_key(self, key, version=None):
        return self._call("has_key", key, version)

    def set_many(self, data, timeout=DEFAULT_TIMEOUT, version=None):
        return self._call("set_many", data, timeout, version)

    def delete_many(self, keys, version=None):
        return self._call("delete_many", list(keys), version)

    def clear(self):
        return self._call("clear")

    def incr(self, key, delta=1, version=None):
        """As Django's; a counter that was begun where nobody answers any more begins anew."""
        try:
            return self._call("incr", key, delta, version)
        except ValueError:
            if not redis_breaker.is_open:
                raise
            self._memory.set(key, delta, version=version)
            return delta


def count(key: str, seconds: int) -> int:
    """How often this was called with `key` within `seconds` of the first time, this one included."""
    try:
        if not cache.add(key, 1, seconds):
            return cache.incr(key)
    except ValueError:  # it ran out, or the cache was emptied, in between
        cache.set(key, 1, seconds)
    return 1
