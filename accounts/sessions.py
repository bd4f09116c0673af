"""Sessions of people: how one begins, and how they end, on every device and in every open page."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from accounts import security_log
from accounts.models import SecurityEvent, Session, User
from accounts.security_log import address_of, device_of
from accounts.session_store import ADDRESS, DEVICE, LOGGED_IN_AT, REF
from core import clock


def begin(request: HttpRequest) -> None:
    """Remember in the session that has just been logged in when, where and on what."""
    request.session[REF] = get_random_string(24)
    request.session[LOGGED_IN_AT] = clock.now().timestamp()
    request.session[DEVICE] = device_of(request)
    request.session[ADDRESS] = address_of(request)
    request.session.last_action_at = clock.now()


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
    if ended:
        security_log.record(SecurityEvent.Kind.SESSIONS_ENDED, user=user, actor=actor, count=ended)
    return ended
