"""Sessions of people: how one begins, and how they end, on every device and in every open page."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from accounts import security_log
from accounts.models import SecurityEvent, Session, User
from accounts.security_log import address_of, device_of
from accounts.session_store import ADDRESS, DEVICE, LOGGED_IN_AT, REF
from core import clock, realtime
from core.realtime import Claim
from core.realtime.claims import claim_checker


def begin(request: HttpRequest) -> None:
    """Remember in the session that has just been logged in when, where and on what."""
    request.session[REF] = get_random_string(24)
    request.session[LOGGED_IN_AT] = clock.now().timestamp()
    request.session[DEVICE] = device_of(request)
    request.session[ADDRESS] = address_of(request)
    request.session.last_action_at = clock.now()


@claim_checker
def valid_claims(claims: Collection[Claim]) -> set[Claim]:
    """Those of these claims (person, session, epoch) that an open page may still make. One query."""
    rows = Session.objects.filter(ref__in={ref for _user, ref, _epoch in claims}, user__is_active=True)
    rows = rows.filter(expire_date__gt=clock.now()).select_related("user").defer("session_data")
    return {
        claim for row in rows if not over(row) and (claim := (row.user_id, row.ref, row.user.epoch)) in claims
    }


def seconds_left(
    user: User, logged_in_at: datetime | None, last_action_at: datetime | None
) -> tuple[float, float] | None:
    """How long a session of an operator may go on: without an action, and at all. None: theirs has no such limits."""
    if not user.is_staff:
        return None
    now = clock.now()
    idle = settings.STAFF_IDLE_SECONDS - (now - (last_action_at or now)).total_seconds()
    age = settings.STAFF_SESSION_SECONDS - (now - logged_in_at).total_seconds() if logged_in_at else 0.0
    return idle, age


def over(session: Session) -> bool:
    """Whether the limits for operators have ended it."""
    left = seconds_left(session.user, session.logged_in_at, session.last_action_at)
    return left is not None and min(left) <= 0


def left_of(request: HttpRequest) -> tuple[float, float] | None:
    """The same of the session that a request comes with."""
    since = request.session.get(LOGGED_IN_AT)
    logged_in_at = datetime.fromtimestamp(since, UTC) if since else None
    return seconds_left(request.user, logged_in_at, request.session.last_action_at)


def note_action(request: HttpRequest) -> None:
    """The person does something; written down once a minute at most (of others than operators every ten minutes)."""
    before = request.session.last_action_at
    every = timedelta(minutes=1) if request.user.is_staff else timedelta(minutes=10)
    if before is None or not timedelta() <= clock.now() - before < every:
        request.session.note_action()


def expire(request: HttpRequest) -> None:
    """End the session that the request comes with: nobody has done anything in it for too long, or it is too old."""
    security_log.record(SecurityEvent.Kind.SESSION_EXPIRED, user=request.user, request=request)
    realtime.end_pages(request.user.pk, request.session.get(REF) or "none")
    request.session.flush()
    request.user = AnonymousUser()


@transaction.atomic
def end_one(user: User, ref: str) -> bool:
    """End one session of the person; whether there was such a one."""
    ended, _rows = Session.objects.filter(user=user, ref=ref).delete()
    if ended:
        security_log.record(SecurityEvent.Kind.SESSIONS_ENDED, user=user, count=ended)
        realtime.end_pages(user.pk, ref)
    return bool(ended)


def sessions_of(user: User) -> list[Session]:
    """The sessions that go on, the one used last first."""
    rows = user.sessions.filter(expire_date__gt=clock.now()).select_related("user").defer("session_data")
    return [row for row in rows.order_by("-last_action_at") if not over(row)]


def tidy() -> int:
    """Delete the rows of sessions that have ended by themselves, with the drafts in them; how many."""
    now = clock.now()
    expired = Q(expire_date__lt=now)
    idle = Q(last_action_at__lt=now - timedelta(seconds=settings.STAFF_IDLE_SECONDS))
    old = Q(logged_in_at__lt=now - timedelta(seconds=settings.STAFF_SESSION_SECONDS))
    ended, _rows = Session.objects.filter(expired | Q(user__is_staff=True) & (idle | old)).delete()
    return ended


def own_session(request: HttpRequest, user: User) -> str | None:
    """The key of the session that the request comes from, if it is this person's: the one to keep."""
    return request.session.session_key if request.user == user else None


def used_second_factor(request: HttpRequest) -> bool:
    """Whether a second factor was shown, or set up, in this very session."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


@transaction.atomic
def second_factor_added(request: HttpRequest, authenticator: Authenticator) -> None:
    """Who sets a second factor up has used it in this session; every other session of theirs ends."""
    user = request.user
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    request.session.cycle_key()
    security_log.record(
        SecurityEvent.Kind.FACTOR_ADDED, user=user, request=request, method=authenticator.type
    )
    end_sessions(user, keep=request.session.session_key)


@transaction.atomic
def end_sessions(user: User, *, keep: str | None = None, actor: User | None = None) -> int:
    """End every session of the person but the one with the key `keep`; tokens of their open pages end too.

    Returns how many were ended. The page that is kept asks for a new token by itself.
    """
    ended, _rows = Session.objects.filter(user=user).exclude(session_key=keep).delete()
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    user.refresh_from_db(fields=["epoch"])
    realtime.end_pages(user.pk)
    if ended:
        security_log.record(SecurityEvent.Kind.SESSIONS_ENDED, user=user, actor=actor, count=ended)
    return ended
