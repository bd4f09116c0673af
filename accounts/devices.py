"""Devices on which somebody has logged in before: a signed cookie that outlives the session.

It opens nothing. It keeps the attempts of strangers apart from those of the person, who may go on where strangers have
used up what a number allows, and it is one sign among others that the person is who they were.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from accounts.models import User

COOKIE, SALT, DAYS = "known_device", "accounts.devices", 365
PEOPLE = 5  # so many people share a device at most; the last who logged in stay


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """The person has just logged in here, with everything that was asked of them."""
    device, people = _read(request)
    people = [*(pk for pk in people if pk != user.pk), user.pk][-PEOPLE:]
    response.set_cookie(
        COOKIE,
        signing.dumps({"device": device or get_random_string(16), "people": people}, salt=SALT),
        max_age=DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def is_known(request: HttpRequest, user: User | None) -> bool:
    """Whether this person has logged in on this device within a year."""
    return user is not None and user.pk in _read(request)[1]


def device_of(request: HttpRequest) -> str:
    """The name of the device, made up by us; "" where nobody has logged in yet."""
    return _read(request)[0]


def _read(request: HttpRequest) -> tuple[str, list[int]]:
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 24 * 3600)
        return said["device"], said["people"]
    except (signing.BadSignature, KeyError, TypeError):
        return "", []
