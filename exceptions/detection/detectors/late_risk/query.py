"""Orders whose goods are not picked up yet and whose predicted arrival says: late with a probability above 0.7.

The error of a prediction is taken as normal, so that P(arrival > promise) > 0.7 where the prediction is later than the
promise by more than Φ⁻¹(0.7) = 0.524 standard deviations. Two looks in a row have to say so: a plan moves with every stop.
"""

from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)

from delivery.models import LegStatus
from exceptions.detection.detectors.late_risk.detector import TYPE
from exceptions.detection.detectors.late_risk.settings import SPREAD_MINUTES
from exceptions.detection.judging import LOOK, Thresholds, later, moment, never
from exceptions.detection.sources import WatchQuery
from exceptions.models import Watch

NAME = "late_risk"
# Φ⁻¹(0.7) in thousandths: durations are multiplied by whole numbers in either database.
QUANTILE_MILLI = 524
Step = Watch.Step


def judge(watches: QuerySet, now: datetime, own: Thresholds) -> QuerySet:
    """Once an order and courier: what follows is the operators', and then the promise's own alarm."""
    margin = ExpressionWrapper(
        own.minutes(SPREAD_MINUTES) * Value(QUANTILE_MILLI) / Value(1000), output_field=DurationField()
    )
    watches = watches.annotate(surely_late_at=later("order__promised_at", margin))
    to_fetch = Q(leg__status__in=[LegStatus.ASSIGNED, LegStatus.AT_PICKUP])
    risky = Q(leg__eta_at__gt=F("surely_late_at"), order__promised_at__gt=now)
    found = to_fetch & risky & Q(step=Step.FIRST)
    return watches.annotate(
        type=Case(When(found, then=Value(TYPE)), default=Value(""), output_field=CharField()),
        next_step=Case(
            When(risky & Q(step=Step.QUIET), then=Value(Step.FIRST)),
            default=Value(Step.QUIET),
            output_field=IntegerField(),
        ),
        next_due=Case(When(found | ~to_fetch, then=never()), default=moment(now + LOOK)),
    )


QUERY = WatchQuery(NAME, (TYPE,), judge)
