"""The security log: logins and failures, second factors, refused pages, changed rights. Supervisors read it.

Kept for six months, as the law on network security wants; then swept (accounts.tasks).
"""

from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import SecurityEvent, User, mask_phone
from core import clock
from core.personal_data import period

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
        identifier=mask_phone(phone) if phone and phone.isdigit() and len(phone) == 11 else "",
        address=address_of(request) if request else None,
        device=device_of(request) if request else "",
        details=details,
        at=clock.now(),
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
    """Where the visitor comes from, behind as many proxies of ours as there are."""
    try:
        address = get_adapter(request).get_client_ip(request)
        return str(ip_address(address))
    except (PermissionDenied, ValueError):  # no network at all, as in a test
        return None
