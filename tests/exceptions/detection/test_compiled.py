"""Queries of detectors whose text is kept: they ask what the detector itself would ask."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from exceptions.detection import compiled
from exceptions.detection.judging import Thresholds
from exceptions.detection.registry import QUERIES
from exceptions.detection.sources import WatchQuery
from exceptions.models import DetectorThreshold, Watch

pytestmark = pytest.mark.django_db
WATCHING = {name: query for name, query in QUERIES.items() if isinstance(query, WatchQuery)}
NOW = datetime(2026, 6, 1, 17, 59, 59, 250_000, tzinfo=UTC)


def comparable(value):
    """psycopg2's wrapper of JSON is equal to itself only."""
    return getattr(value, "adapted", value)


@pytest.mark.parametrize("name", WATCHING)
def test_the_kept_text_is_what_the_detector_writes_at_that_moment(name):
    where = "exceptions_watch.id IN (1, 2)"
    watches = Watch.objects.order_by().extra(where=[where])  # noqa: S610 - as the scanner does
    written = WATCHING[name].judge(watches, NOW, Thresholds()).values_list(*compiled.COLUMNS)
    for _time in range(2):
        text, values = compiled.judged(WATCHING[name], NOW, where)
        same_text, same_values = written.query.sql_with_params()
        assert text == same_text
        assert [comparable(one) for one in values] == [comparable(one) for one in same_values]


def test_it_is_written_once(django_assert_num_queries):
    compiled.judged(WATCHING["courier_silent"], NOW, "true")
    before = compiled._compiled.cache_info().misses
    with django_assert_num_queries(1):  # what campuses have set
        compiled.judged(WATCHING["courier_silent"], NOW, "true")
    assert compiled._compiled.cache_info().misses == before


def test_and_anew_when_a_campus_sets_a_threshold(campus):
    query = WATCHING["scheduled_unstaffed"]
    before = compiled.judged(query, NOW, "true")
    DetectorThreshold.objects.create(campus=campus, detector=query.name, name="ahead_minutes", value=47)
    after = compiled.judged(query, NOW, "true")
    assert after != before
    with connection.cursor() as cursor:
        cursor.execute(*after)
