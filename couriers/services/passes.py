"""Passes for positions: what spares a phone's next positions the session, the person and the courier.

A pass is a courier's id and a secret that Redis keeps while it holds. It opens one thing only: putting a position of
that courier into the list (`couriers.services.positions`). It ends with the duty, with a suspension, and by itself
after ten minutes; then the ordinary way judges anew, and hands out another one to who may have it. What the list holds
is judged once more when it is written, so that a pass that outlived its duty (Redis did not answer) keeps nothing.
"""

import logging
import secrets
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

from core import clock, redis_pool
from core.ids import as_pk
from couriers.fixes import Reading, fixes_of
from couriers.models import Courier
from couriers.services import positions

logger = logging.getLogger(__name__)

LASTS = 600
# A position at most so often; a phone's clock may be a little fast.
EVERY_MS = 2900

# One call for one position: the pass is genuine, the last position is old enough, kept.
_TAKE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
if not redis.call('SET', KEYS[2], '', 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('RPUSH', KEYS[3], unpack(ARGV, 3))
return 1
"""


def grant(courier: Courier) -> str:
    """A pass for an active courier on duty; empty where positions are not gathered in Redis, or who may have none."""
    if not settings.POSITIONS_BUFFERED or not courier.on_duty or courier.status != Courier.Status.ACTIVE:
        return ""
    secret = secrets.token_urlsafe(16)
    try:
        with redis_pool.redis_or_error() as client:
            client.set(_key(courier.pk), secret, ex=LASTS)
    except (redis.RedisError, OSError):
        return ""
    return f"{courier.pk}.{secret}"


def take(given: str, found: list[Reading]) -> bool | None:
    """Put positions into the list by a pass: True, or False when it is too soon. None when the pass does not hold."""
    number, _dot, secret = given.partition(".")
    courier = as_pk(number)
    if courier is None or not secret:
        return None
    now = clock.now()
    rows = [positions.row(fix) for fix in fixes_of(courier, found, now)]
    keys = [_key(courier), f"{_key(courier)}:last", positions.list_key()]
    try:
        with redis_pool.redis_or_error() as client:
            answer = _script()(keys=keys, args=[secret, EVERY_MS, *rows], client=client)
    except (redis.RedisError, OSError):
        return None
    return None if answer < 0 else bool(answer)


def end(courier: Courier) -> None:
    """The courier's pass holds no more, as soon as the transaction has committed."""
    if settings.POSITIONS_BUFFERED:
        transaction.on_commit(lambda: _forget(courier.pk), robust=True)


def _forget(courier_pk: int) -> None:
    try:
        with redis_pool.redis_or_error() as client:
            client.delete(_key(courier_pk))
    except (redis.RedisError, OSError):
        logger.warning("a pass for positions could not be ended: it ends by itself")


@cache
def _script():
    return redis_pool.redis_client().register_script(_TAKE)


def _key(courier_pk: int) -> str:
    return f"{positions.list_key()}:{courier_pk}"
