"""Couriers whose phone is far from every way of their plan, three looks in a row.

A single fix may be a kilometre wrong: FIRST and SECOND are two looks that said so, each with a position of its own, a
minute apart. A phone that is silent, or a way that nobody knows, tells nothing.
"""

from datetime import datetime, timedelta

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Value, When

from delivery.models import CARRIED
from exceptions.detection.detectors.courier_off_route.detector import TYPE
from exceptions.detection.detectors.courier_off_route.settings import OFF_METRES
from exceptions.detection.judging import LOOK, Thresholds, moment, near_way, never
from exceptions.detection.sources import WatchQuery
from exceptions.models import Watch

NAME = "courier_off_route"
FRESH = timedelta(minutes=2)
Step = Watch.Step


def judge(watches: QuerySet, now: datetime, own: Thresholds) -> QuerySet:
    """One comparison with the points of the way for each row."""
    watches = watches.annotate(limit=own.metres(OFF_METRES)).annotate(on_way=near_way("limit"))
    carried = Q(leg__status__in=CARRIED)
    knows = Q(leg__courier__located_at__gte=now - FRESH) & ~Q(data={})
    new = knows & Q(leg__courier__located_at__gt=F("step_at"))
    off, back = new & Q(on_way=False), knows & Q(on_way=True)
    return watches.annotate(
        type=Case(
            When(carried & off & Q(step=Step.SECOND), then=Value(TYPE)),
            default=Value(""),
            output_field=CharField(),
        ),
        next_step=Case(
            When(back, then=Value(Step.QUIET)),
            When(off & Q(step=Step.QUIET), then=Value(Step.FIRST)),
            When(off & Q(step=Step.FIRST), then=Value(Step.SECOND)),
            When(off & Q(step=Step.SECOND), then=Value(Step.TICKET)),
            default=F("step"),
            output_field=IntegerField(),
        ),
        next_due=Case(When(~carried, then=never()), default=moment(now + LOOK)),
    )


QUERY = WatchQuery(NAME, (TYPE,), judge)
