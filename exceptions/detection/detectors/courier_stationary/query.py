"""Couriers who have goods in hand, are past the next stop of the plan, and whose phone has been in one place for minutes.

The trail has to tell it: by six points or more from before those minutes until now, four of five of them near where the
phone is now, as a fix may be wrong by more than the circle. One that the phone itself is in doubt of by more than the
circle tells nothing, as does a phone that is silent: that is `courier_silent`'s. At the door nobody has to move.
"""

from datetime import datetime, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from couriers.models import TrailPoint
from delivery.models import CARRIED, LegStatus
from exceptions.detection.detectors.courier_stationary.detector import TYPE
from exceptions.detection.detectors.courier_stationary.settings import STILL_METRES, STILL_MINUTES
from exceptions.detection.judging import (
    LOOK,
    Thresholds,
    earlier,
    moment,
    never,
    square_metres,
    with_next_stop,
)
from exceptions.detection.sources import WatchQuery
from exceptions.models import Watch

NAME = "courier_stationary"
# Who has sent no position for so long may have moved.
FRESH = timedelta(minutes=2)
# The trail keeps a point each quarter of a minute.
EDGE = timedelta(seconds=30)
FEWEST = 6
Step = Watch.Step


def judge(watches: QuerySet, now: datetime, own: Thresholds) -> QuerySet:
    """The trail of those minutes is read once for each row, by its index."""
    watches = with_next_stop(watches).annotate(
        still_for=own.minutes(STILL_MINUTES), circle=own.metres(STILL_METRES)
    )
    watches = watches.annotate(
        since=earlier(moment(now + EDGE), F("still_for")),
        begins=earlier(moment(now - 2 * EDGE), F("still_for")),
        reach=ExpressionWrapper(F("circle") * F("circle"), output_field=FloatField()),
    )
    away = square_metres(F("lat"), F("lon"), OuterRef("leg__courier__lat"), OuterRef("leg__courier__lon"))
    trail = (
        TrailPoint.objects.filter(
            Q(accuracy_m=None) | Q(accuracy_m__lte=OuterRef("circle")),
            courier=OuterRef("leg__courier"),
            at__gte=OuterRef("begins"),
            at__lte=now,
        )
        .order_by()
        .annotate(away=away, _one=Value(1))
        .values("_one")
        .annotate(
            near=Count("pk", filter=Q(away__lte=OuterRef("reach"))), points=Count("pk"), first=Min("at")
        )
        .filter(points__gte=FEWEST, near__gte=F("points") * 4 / 5)
        .values("first")
    )
    # Compared out here: SQLite knows no column of the outer query where the inner one groups.
    watches = watches.annotate(first_there=Subquery(trail, output_field=DateTimeField()))
    carried = Q(leg__status__in=CARRIED)
    tells = Q(leg__courier__located_at__gte=now - FRESH) & (
        Q(leg__courier__accuracy_m=None) | Q(leg__courier__accuracy_m__lte=F("circle"))
    )
    past = Q(leg__status=LegStatus.PICKED_UP, stop_at__lte=now) & tells
    stands = past & Q(first_there__lte=F("since"))
    return watches.annotate(
        type=Case(
            When(stands & Q(step=Step.QUIET), then=Value(TYPE)), default=Value(""), output_field=CharField()
        ),
        next_step=Case(
            When(stands, then=Value(Step.TICKET)),
            # Still there as far as anybody knows: nothing that tells was heard.
            When(~tells & Q(step=Step.TICKET), then=Value(Step.TICKET)),
            default=Value(Step.QUIET),
            output_field=IntegerField(),
        ),
        next_due=Case(When(~carried, then=never()), default=moment(now + LOOK)),
    )


QUERY = WatchQuery(NAME, (TYPE,), judge)
