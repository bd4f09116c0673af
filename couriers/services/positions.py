"""Where couriers are. A phone's fixes are taken in at once and written together, once a second.

With Redis a request only appends to a list there (`_LIST`); beat empties it each second with one pass over the database:
the couriers' latest positions, the trail of those who carry something, and the frames for the customers' maps. Without
Redis the same pass is made at once. What Redis loses, the next fix a few seconds later makes good.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import redis
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import clock, realtime, redis_pool
from core.db import for_update_skip_locked
from core.errors import Invalid
from core.personal_data import period
from couriers.fixes import Fix, accuracy
from couriers.models import Courier, TrailPoint
from couriers.workload import workload

_LIST = "positions"
BATCH = 5000
# The trail is thinned: a point each so many seconds says enough of where somebody went.
TRAIL_EVERY = timedelta(seconds=15)
TRAIL_KEEPS = period("positions")
# In degrees, some fifty kilometres: without satellites a browser guesses from its Internet address, at times another town.
FAR = 0.5
# Nobody asks any more where somebody was who has stopped working.
LAST_KEEPS = timedelta(hours=1)


def report_position(
    *, courier: Courier, lat: float, lon: float, at: datetime | None = None, accuracy_m: float | None = None
) -> None:
    """Take in one position, true within `accuracy_m` metres if that is known; `courier` knows it at once."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(_("This is not a position."))
    at = at or clock.now()
    fix = Fix(courier.pk, at, lat, lon, accuracy(accuracy_m))
    report_positions([fix])
    if courier.located_at is None or courier.located_at <= at:
        courier.lat, courier.lon, courier.located_at, courier.accuracy_m = lat, lon, at, fix.accuracy_m


def report_positions(fixes: list[Fix]) -> None:
    """Take in what a phone gathered. What of it counts is judged when it is written."""
    if settings.POSITIONS_BUFFERED:
        rows = [row(fix) for fix in fixes]
        try:
            with redis_pool.redis_or_error() as client:
                client.rpush(list_key(), *rows)
            return
        except (redis.RedisError, OSError):
            pass  # straight into the database
    write_positions(fixes)


def flush_positions() -> int:
    """Beat: write what has come in since the last time. Returns how many couriers moved."""
    if not settings.POSITIONS_BUFFERED:
        return 0
    try:
        with redis_pool.redis_or_error() as client:
            pipe = client.pipeline()  # in one step: what comes in meanwhile stays
            pipe.lrange(list_key(), 0, BATCH - 1)
            pipe.ltrim(list_key(), BATCH, -1)
            rows, _done = pipe.execute()
    except (redis.RedisError, OSError):
        return 0
    fixes = []
    for row in rows:
        courier, at, *rest = json.loads(row)
        fixes.append(Fix(courier, datetime.fromtimestamp(at, UTC), *rest))
    return write_positions(fixes) if fixes else 0


def row(fix: Fix) -> str:
    """One position as the list keeps it."""
    return json.dumps([fix.courier, fix.at.timestamp(), fix.lat, fix.lon, fix.accuracy_m])


def list_key() -> str:
    return f"{settings.CHANNEL_LAYERS['default']['CONFIG'].get('prefix', '')}:{_LIST}"


@transaction.atomic
def write_positions(fixes: Iterable[Fix]) -> int:
    """Keep the latest position of each courier who is on duty or carries something, and show it to the customers whose
    goods are with them. Six statements, however many. Returns how many couriers moved.

    A courier whose row is locked just now is left out: their next fix is a few seconds away.
    """
    by_courier: dict[int, list[Fix]] = {}
    for fix in sorted(_near(fixes), key=lambda fix: fix.at):
        by_courier.setdefault(fix.courier, []).append(fix)
    carried = workload().carrying(by_courier)
    known = for_update_skip_locked(
        Courier.objects.filter(pk__in=by_courier).only("on_duty", "located_at").order_by("pk")
    )
    moved = [
        by_courier[courier.pk][-1]
        for courier in known
        if (courier.on_duty or courier.pk in carried)
        # else from a phone that was offline
        and (courier.located_at is None or by_courier[courier.pk][-1].at >= courier.located_at)
    ]
    _move(moved)
    _keep_trail([fix for last in moved if last.courier in carried for fix in by_courier[last.courier]])
    _show({f"track.{no}": (no, last) for last in moved for no in carried.get(last.courier, ())})
    return len(moved)


def _near(fixes: Iterable[Fix]) -> list[Fix]:
    """Those that can be true of somebody who works on their campus."""
    fixes = list(fixes)
    couriers = Courier.objects.filter(pk__in={fix.courier for fix in fixes})
    centres = {pk: centre for pk, *centre in couriers.values_list("pk", "campus__lat", "campus__lon")}
    return [
        fix
        for fix in fixes
        if fix.courier in centres
        and max(abs(a - b) for a, b in zip((fix.lat, fix.lon), centres[fix.courier], strict=True)) < FAR
    ]


def _show(frames: dict[str, tuple[str, Fix]]) -> None:
    """To the maps that are open."""
    for group in realtime.groups_with_listeners(frames):
        no, last = frames[group]
        realtime.broadcast(
            group, "pos", id=no, lat=last.lat, lon=last.lon, acc=last.accuracy_m, at=last.at.isoformat()
        )


def _move(latest: list[Fix]) -> None:
    """Write where couriers are now: one statement, however many. (`bulk_update` spells out three choices a row.)"""
    if not latest:
        return
    at = connection.ops.adapt_datetimefield_value
    # What is NULL in every row has no type of its own.
    rows = ", ".join(["(%s, %s, %s, CAST(%s AS smallint), %s)"] * len(latest))
    values = [
        value for fix in latest for value in (fix.courier, fix.lat, fix.lon, fix.accuracy_m, at(fix.at))
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH fix (id, lat, lon, accuracy_m, at) AS (VALUES {rows}) UPDATE {Courier._meta.db_table}"
            f" SET lat = fix.lat, lon = fix.lon, accuracy_m = fix.accuracy_m, located_at = fix.at"
            f" FROM fix WHERE {Courier._meta.db_table}.id = fix.id",
            values,
        )


def _keep_trail(fixes: list[Fix]) -> None:
    """Append the points that are far enough in time behind the last one kept."""
    if not fixes:
        return
    recent = TrailPoint.objects.filter(
        courier__in={fix.courier for fix in fixes}, at__gt=min(fix.at for fix in fixes) - TRAIL_EVERY
    )
    last = dict(recent.values_list("courier").annotate(last=Max("at")).order_by())
    points = []
    for fix in fixes:
        if fix.courier not in last or fix.at - last[fix.courier] >= TRAIL_EVERY:
            last[fix.courier] = fix.at
            points.append(
                TrailPoint(
                    courier_id=fix.courier, at=fix.at, lat=fix.lat, lon=fix.lon, accuracy_m=fix.accuracy_m
                )
            )
    TrailPoint.objects.bulk_create(points)


def forget_trails() -> int:
    """Beat: delete the trails of more than seven days ago, and the last positions of those who do not work. Returns how
    many points of trails."""
    now = clock.now()
    _forget_latest(now - LAST_KEEPS)
    return TrailPoint.objects.filter(at__lt=now - TRAIL_KEEPS).delete()[0]


@transaction.atomic
def _forget_latest(before: datetime) -> None:
    """Where couriers were last who do not work. A row that is locked just now waits for the next time."""
    idle = Courier.objects.filter(on_duty=False, located_at__lt=before)
    carrying = workload().carrying(idle.values_list("pk", flat=True))
    idle = idle.exclude(pk__in=list(carrying))
    pks = [courier.pk for courier in for_update_skip_locked(idle.only("pk").order_by("pk"))]
    Courier.objects.filter(pk__in=pks).update(lat=None, lon=None, accuracy_m=None, located_at=None)
