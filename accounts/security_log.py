"""The security log: logins and failures, second factors, refused pages, changed rights. Supervisors read it.

Kept for six months, as the law on network security wants; then swept (accounts.tasks).
"""

from datetime import timedelta

from django.http import HttpRequest

from accounts.models import SecurityEvent, User
from core import clock
from core.http import client_address
from core.personal_data import period
from core.phones import mask_phone, parse_phone

KEPT = period("logs")


def record(
    kind: str,
    *,
    user: User | None = None,
    actor: User | None = None,
    request: HttpRequest | None = None,
    phone: str | None = None,
    **details,
) -> SecurityEvent:
    """Write one line: whom it is about, who did it if not they, from where.

    `phone` is what somebody entered; only its mask is kept. `details` must be JSON and hold no secrets.
    """
    known = user if user is not None and user.pk else None
    return SecurityEvent.objects.create(
        kind=SecurityEvent.Kind(kind),
        user=known,
        actor=actor if actor is not None and actor != known else None,
        campus_id=_campus_id(known),
        identifier=mask_phone(parse_phone(phone or "")),
        address=address_of(request) if request else None,
        device=device_of(request) if request else "",
        details=details,
        at=clock.now(),
    )


def record_refusal(request: HttpRequest) -> None:
    """A page was refused (403). The same one again within a minute is not worth a line."""
    lately = SecurityEvent.objects.filter(
        user=request.user, kind=SecurityEvent.Kind.REFUSED, at__gt=clock.now() - timedelta(minutes=1)
    )
    if not lately.filter(details__path=request.path[:200]).exists() and lately.count() < 20:
        record(
            SecurityEvent.Kind.REFUSED,
            user=request.user,
            request=request,
            path=request.path[:200],
            method=request.method,
        )


def _campus_id(user: User | None) -> int | None:
    """Whose supervisors may read it: those of the person's campus, or of the first that they operate."""
    if user is None or user.campus_id:
        return user and user.campus_id
    return user.staff_roles.values_list("campus_id", flat=True).order_by("pk").first()


def tidy(limit: int = 50_000) -> int:
    """Delete what is older than six months, a batch at a time."""
    old = SecurityEvent.objects.filter(at__lt=clock.now() - KEPT).order_by("pk").values_list("pk", flat=True)
    ids = list(old[:limit])
    return SecurityEvent.objects.filter(pk__in=ids).delete()[0] if ids else 0


def device_of(request: HttpRequest) -> str:
    """What the browser calls itself."""
    return request.META.get("HTTP_USER_AGENT", "")[:200].replace("\0", "")


def address_of(request: HttpRequest) -> str | None:
    """Where the visitor comes from; None without a network, as in a test."""
    return client_address(request) or None
