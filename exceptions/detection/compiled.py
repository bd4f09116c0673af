"""A detector's query as text, compiled once: Django takes milliseconds to write one, and the scanner asks twice a second."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime

from exceptions.detection.judging import Thresholds
from exceptions.detection.sources import WatchQuery
from exceptions.models import DetectorThreshold, Watch

COLUMNS = ("pk", "order_id", "campus_id", "type", "next_due", "next_step", "step")
# Any moment would do: it is replaced by the scan's.
_THEN = datetime(2000, 1, 1, tzinfo=UTC)


def judged(source: WatchQuery, now: datetime, where: str) -> tuple[str, list[Any]]:
    """(text, parameters) of a SELECT of COLUMNS, for the watches that fulfil `where` (SQL without parameters)."""
    own = (
        DetectorThreshold.objects.filter(detector=source.name)
        .order_by("pk")
        .values_list("campus", "name", "value")
    )
    text, values = _compiled(source, connection.vendor, where, Thresholds(tuple(own)))
    adapt = connection.ops.adapt_datetimefield_value
    return text, [adapt(now + one.since) if isinstance(one, _FromNow) else one for one in values]


class _FromNow:
    """In place of a time: so long after the scan's."""

    def __init__(self, since: timedelta):
        self.since = since


@lru_cache(maxsize=64)
def _compiled(source: WatchQuery, vendor: str, where: str, own: Thresholds) -> tuple[str, list[Any]]:
    """`vendor` and `own` are what the text depends on besides."""
    watches = Watch.objects.order_by().extra(where=[where])  # noqa: S610 - names of ours
    text, values = source.judge(watches, _THEN, own).values_list(*COLUMNS).query.sql_with_params()
    return text, [_from_now(value) for value in values]


def _from_now(value: Any) -> Any:
    """SQLite's driver takes times as text, in UTC."""
    if isinstance(value, str) and len(value) > len("2000-01-01") and (parsed := parse_datetime(value)):
        value = parsed.replace(tzinfo=UTC)
    return _FromNow(value - _THEN) if isinstance(value, datetime) else value
