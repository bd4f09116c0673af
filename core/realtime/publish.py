"""Broadcasts: tell open pages that something changed, and never what may not be seen by all who listen."""

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import Iterable
from typing import Any

import redis
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from core.realtime import missed
from core.redis_pool import redis_or_error

logger = logging.getLogger(__name__)

# How frames begin that bring what they tell, the next of which makes up for one that was missed.
TRANSIENT = ('{"t":"pos",', '{"t":"typing",')

_outgoing = threading.local()
_loop: asyncio.AbstractEventLoop | None = None


def broadcast(groups: str | Iterable[str], t: str, **data) -> None:
    """Send the frame {"t": t, **data} to each group after the commit (at once outside a transaction).

    Within one transaction the last frame for the same (group, t, id) wins. `data` must be JSON (dates allowed)
    and hold nothing that a member of the group may not see.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        return broadcast_now(groups, t, **data)
    frames = [(group, t, data) for group in ([groups] if isinstance(groups, str) else groups)]
    if not frames:
        return
    # One `_flush` follows a run of broadcasts. It is kept behind them by hand, because on_commit can only append,
    # and it belongs to no savepoint: frames of a savepoint that is rolled back are dropped, the others go.
    hooks = connection.run_on_commit
    put = (set(connection.savepoint_ids), lambda: _put(frames), True)
    if hooks and hooks[-1][1] is _flush:
        hooks.insert(-1, put)
    else:
        hooks += [put, (set(), _flush, True)]


def broadcast_now(groups: str | Iterable[str], t: str, **data) -> None:
    """The same without waiting for the commit: for what an earlier transaction has committed already."""
    _send([(group, _encode(t, data)) for group in ([groups] if isinstance(groups, str) else groups)])


def _put(frames: list[tuple[str, str, dict]]) -> None:
    batch = _outgoing.__dict__.setdefault("frames", {})
    for group, t, data in frames:
        key = (group, t, data.get("id"))
        batch.pop(key, None)  # the order of sending is the order of the last broadcasts
        batch[key] = data


def _flush() -> None:
    batch = _outgoing.__dict__.pop("frames", {})
    _send([(group, _encode(t, data)) for (group, t, _), data in batch.items()])


def _encode(t: str, data: dict) -> str:
    return json.dumps({"t": t, **data}, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


# -- Sending -----------------------------------------------------------------------------------------------


def use_loop(loop: asyncio.AbstractEventLoop) -> None:
    """The event loop that the sockets of this process live on (only the in-memory layer needs to know)."""
    global _loop
    _loop = loop


def message(group: str, text: str) -> dict:
    """What travels through the channel layer. `core.realtime.hub` reads it."""
    return {"type": "live", "group": group, "text": text}


def _send(frames: list[tuple[str, str]]) -> None:
    """Hand encoded frames to the channel layer. Never raises."""
    if not frames:
        return
    layer = get_channel_layer()
    changed = {group for group, text in frames if not text.startswith(TRANSIENT)}
    if hasattr(layer, "serialize"):
        _publish(layer, frames, changed)
        return
    missed.note(changed)
    if _loop is not None and not _loop.is_closed():
        try:
            asyncio.run_coroutine_threadsafe(_group_send(layer, frames), _loop)
        except RuntimeError as error:
            logger.warning("%d live frames were not sent: %s", len(frames), error)


def _publish(layer, frames: list[tuple[str, str]], changed: set[str]) -> None:
    """Publish as RedisPubSubChannelLayer would: `async_to_sync(group_send)` opens a connection a call (2.7 ms)."""
    with contextlib.suppress(redis.RedisError, OSError), redis_or_error() as client:
        pipe = client.pipeline(transaction=False)
        for group, text in frames:
            pipe.publish(_channel(group), layer.serialize(message(group, text)))
        missed.note(changed, pipe)
        pipe.execute()


def groups_with_listeners(groups: Iterable[str]) -> set[str]:
    """Those of these groups that some page listens to; all of them where that cannot be told. For frames that come so
    often that sending them to nobody counts."""
    groups = set(groups)
    if not groups or not hasattr(get_channel_layer(), "serialize"):
        return groups
    channels: dict[Any, str] = {_channel(group).encode(): group for group in groups}
    try:
        with redis_or_error() as client:
            return {channels[name] for name, count in client.pubsub_numsub(*channels) if count}
    except (redis.RedisError, OSError):
        return groups


def _channel(group: str) -> str:
    """What the layer calls it in Redis."""
    layer: dict[str, Any] = settings.CHANNEL_LAYERS["default"]
    return f"{layer['CONFIG'].get('prefix', 'asgi')}__group__{group}"


async def _group_send(layer, frames: list[tuple[str, str]]) -> None:
    for group, text in frames:
        await layer.group_send(group, message(group, text))
