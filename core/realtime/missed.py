"""Whether a page has missed something between its making and the opening of its socket.

Each broadcast leaves for a minute *when* it came, by group. A page whose token is older than the last one of its groups
catches up; all others, nearly all, need not fetch a second time what they were just sent.
"""

import threading
from collections.abc import Collection, Iterable
from typing import Any

import redis
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from core import clock
from core.realtime.gathering import Gathered
from core.redis_pool import redis_or_error

KEPT_SECONDS = 60
# What a page took from its first look at the database to its token, and hosts' clocks differ.
MARGIN_SECONDS = 3.0

Page = tuple[frozenset[str], float]  # groups, when its token was made (Unix time)

_noted: dict[str, float] = {}  # where the layer is this process's own; the oldest first
_lock = threading.Lock()


def note(groups: Iterable[str], pipe: Any = None) -> None:
    """Something was sent to these groups just now. `pipe` is the Redis pipeline it is sent by, if it is."""
    now = clock.now().timestamp()
    if pipe is not None:
        for group in groups:
            pipe.set(_key(group), now, ex=KEPT_SECONDS)
        return
    with _lock:
        for group in groups:
            _noted.pop(group, None)
            _noted[group] = now
        while _noted and next(iter(_noted.values())) < now - KEPT_SECONDS:
            del _noted[next(iter(_noted))]


async def missed_something(groups: Iterable[str], made_at: float) -> bool:
    """Whether a page of these groups, made then, has to catch up. True where nobody can tell."""
    if clock.now().timestamp() - made_at > KEPT_SECONDS - MARGIN_SECONDS:
        return True
    return await _gathered.ask((frozenset(groups), made_at))


async def _which_missed(pages: Collection[Page]) -> dict[Page, bool]:
    groups = sorted({group for groups, _made_at in pages for group in groups})
    try:
        last = await sync_to_async(_last_broadcasts, thread_sensitive=False)(groups)
    except (redis.RedisError, OSError):
        return dict.fromkeys(pages, True)
    return {
        (names, made_at): any(last[name] > made_at - MARGIN_SECONDS for name in names)
        for names, made_at in pages
    }


def _last_broadcasts(groups: list[str]) -> dict[str, float]:
    """{group: Unix time of its last broadcast, 0 if none of late}. Raises what Redis raises."""
    if not hasattr(get_channel_layer(), "serialize"):
        return {group: _noted.get(group, 0.0) for group in groups}
    with redis_or_error() as client:
        values: Any = client.mget([_key(group) for group in groups])
    return {group: float(value or 0) for group, value in zip(groups, values, strict=True)}


def _key(group: str) -> str:
    layer: dict[str, Any] = settings.CHANNEL_LAYERS["default"]
    return f"{layer['CONFIG'].get('prefix', 'asgi')}:broadcast:{group}"


_gathered = Gathered(_which_missed)
