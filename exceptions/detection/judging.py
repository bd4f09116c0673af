"""What the queries of watches are made of: signs of a courier's life, the plan, and a campus's figures, for many rows at
once and either database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Field,
    FloatField,
    Func,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Cos, Greatest, Least, Radians

from campus.geo import M_PER_DEGREE
from chat.models import Message, Thread
from couriers.fixes import MOST_DOUBT_M
from delivery.models import Custody, Leg
from exceptions.detection.base import Threshold
from orders.models import History
from telephony.models import CallAttempt

# What is not due yet is looked at again no later than this.
LOOK = timedelta(minutes=1)


def moment(at: datetime) -> Value:
    """A point in time as a value of the query."""
    return Value(at, output_field=DateTimeField())


def never() -> Value:
    """No time at all: the watch ends."""
    return Value(None, output_field=DateTimeField())


def later(at, by) -> ExpressionWrapper:
    """`at` plus a duration."""
    by = Value(by, output_field=DurationField()) if isinstance(by, timedelta) else by
    at = F(at) if isinstance(at, str) else at
    return ExpressionWrapper(at + by, output_field=DateTimeField())


def earlier(at, by) -> ExpressionWrapper:
    """`at` less a duration."""
    return ExpressionWrapper((F(at) if isinstance(at, str) else at) - by, output_field=DateTimeField())


def soon(at, now: datetime, look: timedelta = LOOK) -> Combinable:
    """At that time, but in a minute at the latest: the plan moves meanwhile. And not at once again."""
    return Least(Greatest(at, moment(now + timedelta(seconds=5))), moment(now + look))


@dataclass(frozen=True)
class Thresholds:
    """What campuses have set of one detector, as expressions of a campus's own figure: (campus, name, value) each. A
    campus has few rows, however many watches there are."""

    own: tuple[tuple[int, str, int], ...] = ()

    def minutes(self, threshold: Threshold) -> Case | Value:
        """As a duration."""
        return self._by_campus(threshold, lambda value: timedelta(minutes=value), DurationField())

    def metres(self, threshold: Threshold) -> Case | Value:
        """As a float."""
        return self._by_campus(threshold, float, FloatField())

    def _by_campus(self, threshold: Threshold, convert: Callable[[int], Any], field: Field) -> Case | Value:
        default = Value(convert(threshold.default), output_field=field)
        cases = [
            When(campus=campus, then=Value(convert(value), output_field=field))
            for campus, name, value in self.own
            if name == threshold.name
        ]
        return Case(*cases, default=default, output_field=field) if cases else default


def square_metres(lat, lon, to_lat, to_lon) -> ExpressionWrapper:
    """The squared distance of two points in degrees, on a plane: on a campus the error is below a metre in a thousand."""
    north = (lat - to_lat) * M_PER_DEGREE
    east = (lon - to_lon) * M_PER_DEGREE * Cos(Radians(to_lat))
    return ExpressionWrapper(north * north + east * east, output_field=FloatField())


class NearWay(Func):
    """Is (lat, lon) within so many metres of a point of `data["way"]`? False where there is none."""

    output_field = BooleanField()
    conditional = True
    _POINTS = """EXISTS (SELECT 1 FROM (SELECT %s AS lat, %s AS lon, %s AS reach) AS here, {points}
        WHERE ({lat} - here.lat) * {metres} * (({lat} - here.lat) * {metres})
        + ({lon} - here.lon) * {metres} * COS(RADIANS(here.lat)) * (({lon} - here.lon) * {metres} * COS(RADIANS(here.lat)))
        <= here.reach * here.reach)"""

    def _as(self, compiler, connection, **words) -> tuple[str, list]:
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        text = self._POINTS.format(metres=M_PER_DEGREE, **words)
        *here, data = [sql for sql, _params in parts]
        return text % (*here, data), [p for _sql, ps in parts for p in ps]

    def as_postgresql(self, compiler, connection, **context) -> tuple[str, list]:
        return self._as(
            compiler, connection, points="jsonb_array_elements(%s -> 'way') AS point",
            lat="(point ->> 0)::float8", lon="(point ->> 1)::float8",
        )  # fmt: skip

    def as_sqlite(self, compiler, connection, **context) -> tuple[str, list]:
        return self._as(
            compiler, connection, points="json_each(%s, '$.way') AS point",
            lat="json_extract(point.value, '$[0]')", lon="json_extract(point.value, '$[1]')",
        )  # fmt: skip


def near_way(metres_of: str) -> NearWay:
    """Whether the courier's last position may be that near to the way that the watch keeps: what the phone itself is in
    doubt of counts for the courier."""
    doubt = Least(Coalesce(F("leg__courier__accuracy_m"), 0), MOST_DOUBT_M)
    reach = ExpressionWrapper(F(metres_of) + doubt, output_field=FloatField())
    return NearWay(F("leg__courier__lat"), F("leg__courier__lon"), reach, F("data"))


def with_sign_of_life(watches: QuerySet) -> QuerySet:
    """`heard_at`: when something was last known of the courier who has the leg: a position, a step of a job of theirs, a
    scan, a tap in this order, a message in its chat, a call that they took, their own word. Never NULL."""
    theirs, user = OuterRef("leg__courier"), OuterRef("leg__courier__user")
    began = F("began_at")

    def latest(rows: QuerySet, at: str = "at") -> Coalesce:
        """The latest `at` of rows that are all of one watch."""
        found = (
            rows.order_by().annotate(_one=Value(1)).values("_one").annotate(_latest=Max(at)).values("_latest")
        )
        return Coalesce(Subquery(found, output_field=DateTimeField()), began)

    thread = Thread.objects.filter(kind=Thread.Kind.ORDER, ref=OuterRef(OuterRef("order__no"))).values("pk")[
        :1
    ]
    other_jobs = Leg.objects.filter(courier=theirs, ended_at__isnull=False)
    return watches.annotate(
        heard_at=Greatest(
            Coalesce(F("leg__courier__located_at"), began),
            Coalesce(F("leg__assigned_at"), began),
            Coalesce(F("leg__at_pickup_at"), began),
            Coalesce(F("leg__picked_up_at"), began),
            Coalesce(F("leg__at_dropoff_at"), began),
            Coalesce(F("answered_at"), began),
            Coalesce(
                Subquery(
                    other_jobs.order_by("-ended_at").values("ended_at")[:1], output_field=DateTimeField()
                ),
                began,
            ),
            latest(Custody.objects.filter(order=OuterRef("order"), giver=user)),
            latest(Custody.objects.filter(order=OuterRef("order"), taker=user)),
            latest(History.objects.filter(order=OuterRef("order"), actor=user)),
            latest(Message.objects.filter(thread=Subquery(thread), author=user)),
            latest(
                CallAttempt.objects.filter(
                    order_no=OuterRef("order__no"), result=CallAttempt.Result.ANSWERED, callee=user
                )
            ),
        )
    )


def with_next_stop(watches: QuerySet) -> QuerySet:
    """`stop_at`: when the courier should be at the next stop of their plan; where nobody can tell, when the job is due. An
    hour after the watch began for one that is never due."""
    return watches.annotate(
        stop_at=Coalesce(
            F("leg__next_stop_at"), F("leg__due_at"), later("began_at", timedelta(hours=1)),
            output_field=DateTimeField(),
        )
    )  # fmt: skip
