"""How often one may try to get in, so that guessing is hopeless and nobody is locked out by somebody else.

* A device that a person has logged in on has a budget of its own for that person: no stranger touches it.
* Anywhere else tries are counted by number *and* network, and by number over a day.
* No network is refused for itself, a campus may share one address: beyond a wide limit the browser does some work
  (`accounts.work`) with each try.
* A number that is being guessed at gets longer codes instead of none: the owner always gets in by a code.
* A number gets few messages however many ask; who asks in between may enter the code that has just been sent.

All counts are rows (`core.attempts`): losing Redis neither resets nor blocks them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from allauth.core.exceptions import RateLimited
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac

from accounts import devices, security_log
from accounts.events import CodesCapped
from accounts.models import RecentCode, SecurityEvent, User
from core import attempts, clock, outbox
from core.http import client_network

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
# Wrong passwords and second factors: by person and known device; by person and network; by person from all networks.
OWN_GUESSES, NETWORK_GUESSES, DAY_GUESSES = 10, 5, 100
# Wrong codes of six digits for a number in a day; from then on its codes have ten.
CODE_GUESSES, SHORT, LONG = 60, 6, 10
# Tries of all kinds from one network, by people who are new there, before each costs work.
NETWORK_TRIES, NETWORK_SPAN = 60, timedelta(minutes=10)
# Messages with codes: a known device's own; then any: (messages in a day so far, pause between two).
OWN_PAUSE, OWN_CODES = timedelta(seconds=30), 20
PAUSES = [(5, timedelta(seconds=30)), (20, timedelta(minutes=5)), (10**9, timedelta(minutes=30))]
CODE_LASTS = timedelta(minutes=5)
# A person who changes their number: codes to others' numbers in an hour.
CHANGE_CODES = 6


def key(*parts: object) -> str:
    """Where something is counted; nobody reads a number out of it."""
    text = "|".join(map(str, parts))
    return f"{parts[0]}:{salted_hmac('accounts.limits', text, algorithm='sha256').hexdigest()[:40]}"


# -- Guessing --------------------------------------------------------------------------------------------------


@dataclass
class Guess:
    """`allowed`: whether it is looked at. Set `is_wrong` when it was, else it is not counted."""

    allowed: bool
    is_wrong: bool = False


@contextmanager
def guess(request: HttpRequest, what: str, whose: object, user: User | None) -> Iterator[Guess]:
    """One try at a secret of `whose` (a number, a person); `user` is who that is, None for nobody known."""
    if not settings.LOGIN_LIMITS:
        yield Guess(allowed=True)
        return
    if devices.is_known(request, user):
        budgets = [(key(what, whose, "device", devices.device_of(request)), OWN_GUESSES, QUARTER)]
    else:
        budgets = [
            (key(what, whose, "network", client_network(request)), NETWORK_GUESSES, QUARTER),
            (key(what, whose, "anywhere"), DAY_GUESSES, DAY),
        ]
    with ExitStack() as stack:
        taken = [
            stack.enter_context(attempts.counted(name, most=most, lasts=lasts))
            for name, most, lasts in budgets
        ]
        current = Guess(allowed=all(one.allowed for one in taken))
        try:
            yield current
        finally:
            for one in taken:
                one.is_wrong = current.allowed and current.is_wrong


def is_guessed_at(phone: str) -> bool:
    """Whether so many codes for this number were wrong today that short ones are too short."""
    return settings.LOGIN_LIMITS and attempts.count(key("code", phone)) >= CODE_GUESSES


@contextmanager
def code_guess(phone: str, expected: str) -> Iterator[Guess]:
    """One try at a code. Short codes of a number that is being guessed at are void."""
    if not settings.LOGIN_LIMITS or len(expected) >= LONG:
        yield Guess(allowed=True)
        return
    with attempts.counted(key("code", phone), most=CODE_GUESSES, lasts=DAY) as taken:
        current = Guess(allowed=taken.allowed)
        try:
            yield current
        finally:
            taken.is_wrong = current.is_wrong


# -- Networks --------------------------------------------------------------------------------------------------


def take_try(request: HttpRequest, user: User | None) -> bool:
    """Count one try of somebody who is new on this device; False when it has to be paid for with work."""
    if not settings.LOGIN_LIMITS or devices.is_known(request, user):
        return True
    return attempts.take(key("network", client_network(request)), most=NETWORK_TRIES, lasts=NETWORK_SPAN)


def needs_work(request: HttpRequest) -> bool:
    """Whether the next try from this network would have to be paid for."""
    return settings.LOGIN_LIMITS and attempts.count(key("network", client_network(request))) >= NETWORK_TRIES


# -- Messages with codes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextCode:
    """The code to wait for, and whether a message goes out (else it is the one that has just been sent)."""

    code: str
    send: bool


def next_code(request: HttpRequest, phone: str, user: User | None) -> NextCode:
    """The code for who says to have this number, known here or not. Raises RateLimited when there is none just now."""
    code = get_random_string(LONG if is_guessed_at(phone) else SHORT, "0123456789")
    if not settings.LOGIN_LIMITS:
        return NextCode(code, send=True)
    elsewhere = request.user.is_authenticated and request.user.phone != phone
    if elsewhere and not attempts.take(key("change", request.user.pk), most=CHANGE_CODES, lasts=HOUR):
        raise RateLimited
    name, now = key("recent", phone), clock.now()
    with transaction.atomic():
        if _may_send(request, phone, user):
            RecentCode.objects.update_or_create(name=name, defaults={"code": code, "sent_at": now})
            return NextCode(code, send=True)
        recent = RecentCode.objects.filter(name=name, sent_at__gt=now - CODE_LASTS, sent_at__lte=now).first()
    if recent is None or (len(recent.code) < len(code)):
        raise RateLimited
    return NextCode(recent.code, send=False)


def _may_send(request: HttpRequest, phone: str, user: User | None) -> bool:
    if devices.is_known(request, user):
        device = devices.device_of(request)
        if attempts.take(key("own-pause", phone, device), most=1, lasts=OWN_PAUSE) and attempts.take(
            key("own-codes", phone, device), most=OWN_CODES, lasts=DAY
        ):
            return True
    today = key("codes", phone)
    pause = next(pause for upto, pause in PAUSES if attempts.count(today) < upto)
    if not attempts.take(key("pause", phone), most=1, lasts=pause):
        return False
    attempts.take(today, most=10**4, lasts=DAY)
    return True


def may_write_stranger(request: HttpRequest, kind: str) -> bool:
    """Whether a number without an account may get one more message today. `kind`: "login" or "signup", each with a cap
    for the whole site; supervisors hear when one is reached."""
    most = {"login": settings.SMS_STRANGERS_PER_DAY, "signup": settings.SMS_SIGNUPS_PER_DAY}[kind]
    day = clock.today()
    if not settings.LOGIN_LIMITS or attempts.take(key("strangers", kind, day), most=most, lasts=DAY):
        return True
    if attempts.take(key("strangers-told", kind, day), most=1, lasts=DAY):
        with transaction.atomic():
            security_log.record(SecurityEvent.Kind.CODES_CAPPED, request=request, reason=kind)
            outbox.emit(CodesCapped(kind=kind, most=most, day=day))
    return False
