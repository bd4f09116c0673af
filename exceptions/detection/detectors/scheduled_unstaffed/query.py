"""Booked orders that no courier has so long before their time."""

from datetime import datetime

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Value, When

from exceptions.detection.detectors.scheduled_unstaffed.detector import TYPE
from exceptions.detection.detectors.scheduled_unstaffed.settings import AHEAD_MINUTES
from exceptions.detection.judging import Thresholds, earlier, never
from exceptions.detection.sources import WatchQuery
from exceptions.models import Watch
from orders.models import Status

NAME = "scheduled_unstaffed"


def judge(watches: QuerySet, now: datetime, own: Thresholds) -> QuerySet:
    """Once for each search: who loses the courier again is watched anew by the event that says so."""
    watches = watches.annotate(near_at=earlier("order__window_start", own.minutes(AHEAD_MINUTES)))
    searching = Q(order__status=Status.PLACED, order__review_due_at=None, order__window_start__isnull=False)
    return watches.annotate(
        type=Case(
            When(searching & Q(near_at__lte=now), then=Value(TYPE)),
            default=Value(""),
            output_field=CharField(),
        ),
        next_step=Value(Watch.Step.QUIET, output_field=IntegerField()),
        next_due=Case(When(searching & Q(near_at__gt=now), then=F("near_at")), default=never()),
    )


QUERY = WatchQuery(NAME, (TYPE,), judge)
