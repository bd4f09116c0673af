"""Sending what has been queued: claim, commit, send, write down what became of it.

The rule of a message whose end nobody knows, because an answer is missing or the process died between claiming it and
writing down: where the receiver's side makes one of two (push, e-mail) it is sent again; where it does not (SMS,
WeChat know no idempotency key) it is *not*, and its row says "unclear". At most once there, at least once elsewhere.
A grave notice goes another way then. Nothing is lost in any case: the inbox has it.
"""

import logging
import time
from datetime import datetime, timedelta
from itertools import groupby
from math import inf

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_fsm import TransitionNotAllowed

from accounts.language import in_language_of
from accounts.models import Actor
from core import clock
from core.db import for_update, for_update_skip_locked
from core.errors import WrongState
from core.outside import OutcomeUnknown, PermanentError, RetryableError, ServiceUnavailable
from core.personal_data import period
from notifications import channels, kinds
from notifications.channels import Message
from notifications.kinds import GRAVE
from notifications.models import Send
from notifications.services import circuit_breaker
from notifications.services.channel_selection import people, stand_in

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # longer than any channel takes
MAX_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(minutes=15)
DIGEST_TITLES = 5
KEPT = period("sends")


def send_due(limit: int = 500, seconds: float = inf) -> int:
    """Send what is due, the gravest first, until `limit` or this many real seconds are over. Safe in any number of
    processes. Returns how many arrived."""
    now = clock.now()
    if not Send.objects.filter(Send.FIRST_TRY | Q(next_try_at__lte=now)).exists():
        return 0
    _find_the_dead(now)
    _wake(now)
    _find_other_channels()
    until, arrived = time.monotonic() + seconds, 0
    for _turn in range(limit):
        # Asked before claiming: what is claimed and not sent would be taken for dead, and an SMS never sent.
        if time.monotonic() > until or (one := _claim(clock.now())) is None:
            break
        if one.status == Send.Status.SENDING:
            arrived += _send(one)
    return arrived


@transaction.atomic
def retry(*, send: Send, actor: Actor) -> Send:
    """Send one again that has ended badly (an operator's button). It is of use again from now on."""
    one = for_update(Send.objects.filter(pk=send.pk).select_related("notice")).get()
    now = clock.now()
    kind = kinds.get(one.notice.kind)
    try:
        one.retry(now=now, expires_at=now + (kind.useful if kind else timedelta(hours=1)))
    except TransitionNotAllowed as error:
        raise WrongState from error
    one.save()
    return one


def tidy(batch: int = 5000) -> int:
    """Forget sends that ended long ago; the notices themselves stay."""
    old = Send.objects.filter(created_at__lt=clock.now() - KEPT, next_try_at__isnull=True)
    ids = list(old.values_list("pk", flat=True)[:batch])
    Send.objects.filter(pk__in=ids).delete()
    return len(ids)


# -- Before sending ------------------------------------------------------------------------------------------------


@transaction.atomic
def _find_the_dead(now: datetime) -> None:
    """What was claimed and never written down: its sender has died."""
    dead = Send.objects.filter(status=Send.Status.SENDING, next_try_at__lte=now).order_by("pk")
    for one in for_update_skip_locked(dead.select_related("notice__user")):
        _unclear(one, "the sender died", now)
        one.save()
        if one.status in Send.ENDED_BADLY:
            stand_in(one)


@transaction.atomic
def _wake(now: datetime) -> None:
    """The morning: what waited for the same person and channel becomes one message."""
    due = Send.objects.filter(status=Send.Status.WAITING, next_try_at__lte=now)
    early = list(due.order_by("notice__user").values_list("notice__user", flat=True).distinct()[:100])
    if not early:
        return
    rows = due.filter(notice__user__in=early).select_related("notice")
    rows = for_update_skip_locked(rows.order_by("notice__user", "channel", "-pk"))
    for _key, group in groupby(rows, key=lambda one: (one.notice.user_id, one.channel)):
        head = None
        for one in group:
            if one.notice.read_at:
                one.drop("read")
            elif head is None:
                head = one
                one.wake(now)
            else:
                one.join(head)
            one.save()


@transaction.atomic
def _find_other_channels() -> None:
    """Grave notices do not wait until a provider is well again."""
    unavailable = circuit_breaker.unavailable_channels()
    if unavailable:
        stuck = Send.objects.filter(
            severity=GRAVE, channel__in=unavailable, status__in=Send.DUE, stand_ins__isnull=True
        )
        for one in stuck.select_related("notice__user"):
            stand_in(one)


@transaction.atomic
def _claim(now: datetime) -> Send | None:
    """The next one, in flight, or dropped because it is not needed any more; None when nothing is due."""
    due = Send.objects.filter(Send.FIRST_TRY | Q(next_try_at__lte=now), status__in=Send.DUE)
    due = due.exclude(channel__in=circuit_breaker.unavailable_channels(now))
    one = for_update_skip_locked(
        due.select_related("notice__user").order_by("severity", "next_try_at", "pk")
    )[:1].first()
    if one is None:
        return None
    if why := _not_needed(one, now):
        one.drop(why)
    else:
        provider = channels.get(one.channel).provider
        if not circuit_breaker.may_try(provider, now):
            return None
        one.take(provider, now + LEASE)
    one.save()
    return one


def _not_needed(one: Send, now: datetime) -> str:
    kind = kinds.get(one.notice.kind)
    if one.notice.read_at and not one.bundled.exists() and not (kind and kind.insists):
        return "read"
    if one.stand_ins.filter(status=Send.Status.SENT).exists():
        return "told"
    return "expired" if one.expires_at <= now else ""


# -- Sending, and what became of it --------------------------------------------------------------------------------


def _send(one: Send) -> bool:
    """Outside any transaction. Whatever a channel does, the others go on."""
    try:
        number, problem = channels.get(one.channel).send(_message(one)), None
    except (RetryableError, PermanentError, OutcomeUnknown) as error:
        number, problem = "", error
    except Exception as error:
        logger.exception("send %s failed in a way that nobody has foreseen", one.pk)
        number, problem = "", OutcomeUnknown(f"{type(error).__name__}: {error}")
    return _write_down(one, number, problem)


def _message(one: Send) -> Message:
    notice = one.notice
    person = people([notice.user])[notice.user_id]
    title, body, link = notice.title, notice.body, notice.link
    others = list(one.bundled.select_related("notice").order_by("-pk"))
    if others:
        with in_language_of(notice.user):
            n = len(others) + 1
            title = ngettext("%(n)s notice since last night", "%(n)s notices since last night", n) % {"n": n}
            titles = [notice.title, *(other.notice.title for other in others)]
            body = _("; ").join(titles[:DIGEST_TITLES]) + ("…" if n > DIGEST_TITLES else "")
            link = reverse("notifications:inbox")
    return Message(
        to=person,
        topic=kinds.get(notice.kind).topic,
        title=title,
        body=body,
        link=link,
        key=f"notice-{notice.pk}",
        severity=one.severity,
        useful=max(60, int((one.expires_at - clock.now()).total_seconds())),
        number=one.number,
    )


@transaction.atomic
def _write_down(claim: Send, number: str, problem: Exception | None) -> bool:
    now = clock.now()
    one = for_update(Send.objects.filter(pk=claim.pk).select_related("notice__user")).get()
    if one.status != Send.Status.SENDING or one.attempts != claim.attempts:
        return False  # we were taken for dead, and another has gone on
    if isinstance(problem, ServiceUnavailable | OutcomeUnknown):
        circuit_breaker.failed(one.channel, one.provider, str(problem), now)
    else:
        circuit_breaker.worked(one.provider, now)
    match problem:
        case None:
            one.arrive(number, now)
        case PermanentError():
            one.give_up(str(problem))
        case OutcomeUnknown():
            _unclear(one, str(problem), now)
        case ServiceUnavailable():  # not the message's fault: it waits as long as it is of use
            one.fail(str(problem), now + _pause(one))
        case RetryableError() if one.attempts >= MAX_ATTEMPTS:
            one.give_up(str(problem))
        case RetryableError():
            one.fail(str(problem), now + max(_pause(one), timedelta(seconds=problem.after or 0)))
    one.save()
    if one.status in Send.ENDED_BADLY:
        stand_in(one)
    return one.status == Send.Status.SENT


def _unclear(one: Send, error: str, now: datetime) -> None:
    """See the top."""
    if not channels.get(one.channel).repeats:
        one.lose_sight(error)
    elif one.attempts >= MAX_ATTEMPTS:
        one.give_up(error)
    else:
        one.fail(error, now + _pause(one))


def _pause(one: Send) -> timedelta:
    return min(timedelta(seconds=10) * 2 ** max(0, one.attempts - 1), LONGEST_PAUSE)
