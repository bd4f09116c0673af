"""Sessions of people: how one begins, and how they end, on every device and in every open page."""

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
