"""Couriers of whom nothing is heard and who are past the next stop of their plan.

Phones lock, so that silence alone is normal: shortly before the stop is due the courier is asked by a push (FIRST), when it
is due a call is offered to the operators (SECOND), and a ticket is opened a little later. Nobody is rung up by a machine
while they ride. Any sign of life goes back to the beginning.
"""

from datetime import datetime, timedelta

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from delivery.models import CARRIED
from exceptions.detection.detectors.courier_silent.detector import TYPE
from exceptions.detection.detectors.courier_silent.settings import ASK_MINUTES, CALL_MINUTES, SILENT_MINUTES
from exceptions.detection.judging import (
    Thresholds,
    earlier,
    later,
    moment,
    never,
    soon,
    with_next_stop,
    with_sign_of_life,
)
from exceptions.detection.sources import WatchQuery
from exceptions.models import Watch

NAME = "courier_silent"
# The courier of an open ticket is looked for so often.
LOOK = timedelta(seconds=30)
# While an answer is waited for, a sign of life is seen so soon: nobody is called who was heard of.
WAIT = timedelta(seconds=15)
# To answer a push.
ANSWER = timedelta(minutes=1)
Step = Watch.Step


def judge(watches: QuerySet, now: datetime, own: Thresholds) -> QuerySet:
    """One step at a time, so that a scanner that stood still asks first as well."""
    watches = with_next_stop(with_sign_of_life(watches)).annotate(
        silent_at=later("heard_at", own.minutes(SILENT_MINUTES)),
    )
    watches = watches.annotate(
        ask_at=Greatest(F("silent_at"), earlier("stop_at", own.minutes(ASK_MINUTES))),
        call_at=Greatest(F("stop_at"), later("step_at", ANSWER)),
        ticket_at=later("step_at", own.minutes(CALL_MINUTES)),
    )
    carried = Q(leg__status__in=CARRIED)
    heard = Q(step__gt=Step.QUIET, heard_at__gt=F("step_at"))
    ask = Q(step=Step.QUIET, ask_at__lte=now)
    call = Q(step=Step.FIRST, call_at__lte=now)
    open_ticket = Q(step=Step.SECOND, ticket_at__lte=now)
    return watches.annotate(
        type=Case(
            When(carried & ~heard & open_ticket, then=Value(TYPE)),
            default=Value(""),
            output_field=CharField(),
        ),
        next_step=Case(
            When(heard, then=Value(Step.QUIET)),
            When(ask, then=Value(Step.FIRST)),
            When(call, then=Value(Step.SECOND)),
            When(open_ticket, then=Value(Step.TICKET)),
            default=F("step"),
            output_field=IntegerField(),
        ),
        next_due=Case(
            When(~carried, then=never()),
            When(heard, then=soon(F("ask_at"), now)),
            When(ask | call, then=moment(now + WAIT)),
            When(open_ticket, then=moment(now + LOOK)),
            When(step=Step.QUIET, then=soon(F("ask_at"), now)),
            When(step=Step.FIRST, then=soon(F("call_at"), now, WAIT)),
            When(step=Step.SECOND, then=soon(F("ticket_at"), now, WAIT)),
            default=moment(now + LOOK),
        ),
    )


QUERY = WatchQuery(NAME, (TYPE,), judge)
