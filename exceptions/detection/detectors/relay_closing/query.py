"""Goods on the shelf of a station that closes soon, and of whose keepers none has scanned anything there for a while:
nobody sees to it that they are fetched today."""

from datetime import datetime, timedelta

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from delivery.models import Custody, RelayStation
from exceptions.detection.detectors.relay_closing.detector import TYPE
from exceptions.detection.detectors.relay_closing.settings import SEEN_MINUTES
from exceptions.detection.judging import Thresholds, earlier, moment, never
from exceptions.detection.sources import WatchQuery
from exceptions.models import Watch
from orders.models import Status

NAME = "relay_closing"
NEXT_DAY = timedelta(days=1)


def judge(watches: QuerySet, now: datetime, own: Thresholds) -> QuerySet:
    """Each evening that the goods lie there."""
    watches = watches.annotate(since=earlier(moment(now), own.minutes(SEEN_MINUTES)))
    keepers = RelayStation.keepers.through.objects.filter(relaystation=OuterRef("station")).values("user")
    acts = Custody.objects.filter(station=OuterRef("leg__relay"), at__gte=OuterRef("since"))
    watches = watches.annotate(kept=Exists(acts.filter(Q(giver__in=keepers) | Q(taker__in=keepers))))
    lying = Q(order__status=Status.AT_RELAY)
    return watches.annotate(
        type=Case(When(lying & Q(kept=False), then=Value(TYPE)), default=Value(""), output_field=CharField()),
        next_step=Value(Watch.Step.QUIET, output_field=IntegerField()),
        next_due=Case(When(lying, then=F("due_at") + Value(NEXT_DAY)), default=never()),
    )


QUERY = WatchQuery(NAME, (TYPE,), judge)
