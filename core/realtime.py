"""Broadcasts: tell open pages that something changed, and never what may not be seen by all who listen.

`broadcast("order.K7Q2", "order", id="K7Q2", v=17)` sends the frame {"t": "order", "id": "K7Q2", "v": 17} to every
socket in the group once the transaction has committed. A frame is a hint: pages catch up by themselves, so a
frame that cannot be sent is logged and forgotten, and never fails the work that caused it.

Groups: ``user.<id>``, ``order.<no>``, ``track.<no>`` (positions: for the customer only), ``ticket.<no>``, ``hall.<campus id>``, ``console.<campus id>``,
``shelf.<station id>``.
A page may listen to the groups that its signed token names (`live_token`), and to no others.
"""

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import redis
from channels.layers import get_channel_layer
from django.conf import settings
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import setting_changed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from core.breaker import redis_breaker
from core.cache import connection_options

logger = logging.getLogger(__name__)

TOKEN_SECONDS = 12 * 3600
_SALT = "core.live"
SESSION_REF = "ref"  # in the session: what it is called where its key must not be told
END = '{"t":"end",'  # how a frame begins that closes sockets; pages do not see it

Claim = tuple[int, str, int]  # person, session, epoch

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
    """What travels through the channel layer. `messaging.hub` reads it."""
    return {"type": "live", "group": group, "text": text}


def _send(frames: list[tuple[str, str]]) -> None:
    """Hand encoded frames to the channel layer. Never raises."""
    if not frames:
        return
    layer = get_channel_layer()
    if hasattr(layer, "serialize"):
        _publish(layer, frames)
    elif _loop is not None and not _loop.is_closed():
        try:
            asyncio.run_coroutine_threadsafe(_group_send(layer, frames), _loop)
        except RuntimeError as error:
            logger.warning("%d live frames were not sent: %s", len(frames), error)


def _publish(layer, frames: list[tuple[str, str]]) -> None:
    """Publish as RedisPubSubChannelLayer would: `async_to_sync(group_send)` opens a connection a call (2.7 ms)."""
    with contextlib.suppress(redis.RedisError, OSError), redis_or_error() as client:
        pipe = client.pipeline(transaction=False)
        for group, text in frames:
            pipe.publish(_channel(group), layer.serialize(message(group, text)))
        pipe.execute()


def groups_with_listeners(groups: Iterable[str]) -> set[str]:
    """Those of these groups that some page listens to; all of them where that cannot be told. For frames that come so
    often that sending them to nobody counts."""
    groups = set(groups)
    if not groups or not hasattr(get_channel_layer(), "serialize"):
        return groups
    channels = {_channel(group): group for group in groups}
    try:
        with redis_or_error() as client:
            return {channels[name.decode()] for name, count in client.pubsub_numsub(*channels) if count}
    except (redis.RedisError, OSError):
        return groups


def _channel(group: str) -> str:
    """What the layer calls it in Redis."""
    return f"{settings.CHANNEL_LAYERS['default']['CONFIG'].get('prefix', 'asgi')}__group__{group}"


@cache
def redis_client() -> redis.Redis:
    """One connection pool a process (redis-py renews it after a fork). Use `redis_or_error` around calls."""
    return redis.Redis.from_url(
        settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0], **connection_options()
    )


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


async def _group_send(layer, frames: list[tuple[str, str]]) -> None:
    for group, text in frames:
        await layer.group_send(group, message(group, text))


# -- Tokens ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    """Who may listen to what. `claim` is what must still hold when a socket is opened; None for the platform's own
    tools, which hold the key that signs."""

    user_id: int
    groups: list[str]
    claim: Claim | None


def live_token(user_id: int, groups: Iterable[str] = (), session: str = "", epoch: int = 0) -> str:
    """A signed permission to listen for twelve hours to `groups` and to the person's own group.

    With a session it ends when that session does, or when the person's epoch goes on.
    """
    data = {"u": user_id, "g": sorted({f"user.{user_id}", *groups})}
    return signing.dumps(data | ({"s": session, "e": epoch} if session else {}), salt=_SALT)


def page_token(request: HttpRequest, groups: Iterable[str] = ()) -> str:
    """The token of a page of somebody who is logged in: it ends with their session."""
    user = request.user
    return live_token(user.pk, groups, request.session.get(SESSION_REF) or "none", user.epoch)


def check_token(token: str) -> Token | None:
    """What a token that is genuine and fresh says, else None. Asks no database: whether its claim still holds is for
    `messaging.claims` to find out."""
    try:
        data = signing.loads(token, salt=_SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature:
        return None
    claim = (data["u"], data["s"], data["e"]) if "s" in data else None
    return Token(data["u"], data["g"], claim)


def end_pages(user_id: int, session: str = "") -> None:
    """Close the sockets of the person's open pages after the commit: of one session, or of all."""
    broadcast(f"user.{user_id}", "end", id=session)
