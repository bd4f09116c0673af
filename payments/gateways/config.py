"""What the settings say about a gateway outside: all of it, none of it, or (a mistake) some of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import Error
from django.urls import reverse
from django.utils import translation

from core import clock
from payments.gateways.base import BadCallback, GatewayError
from payments.models import Payment, Withdrawal

FRESH = timedelta(minutes=5)
# Seconds: to connect, to answer.
TIMEOUT = (3, 10)


def missing(name: str) -> list[str]:
    """The settings of that gateway (`settings.GATEWAYS[name]`) that are empty; besides, the address of the site."""
    asked = {**settings.GATEWAYS[name], "SITE_ORIGIN": settings.SITE_ORIGIN}
    return [key for key, value in asked.items() if not value]


def wanted(name: str) -> bool:
    """Whether anybody has begun to configure it. The address of the gateway has a default, so it says nothing."""
    return any(value for key, value in settings.GATEWAYS[name].items() if not key.endswith("_URL"))


def values(name: str) -> dict[str, str]:
    """The gateway's settings. GatewayError when one is missing."""
    if lacking := missing(name):
        raise GatewayError(f"{name} is not configured: {', '.join(lacking)}")
    return settings.GATEWAYS[name]


def unusable(client: Callable[[], object], id: str = "payments.E002") -> list[Error]:
    """The complaint of `manage.py check` about keys of which no client can be made."""
    try:
        client()
    except GatewayError as error:
        return [Error(str(error), id=id)]
    return []


def pem(path: str) -> str:
    """The key in that file. GatewayError when it cannot be read."""
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise GatewayError(f"the key {path} cannot be read: {error}") from error


def absolute(path: str) -> str:
    return settings.SITE_ORIGIN + path


def notify_url(name: str) -> str:
    return absolute(reverse("payments:callback", args=[name]))


def complaint_url(name: str) -> str:
    return absolute(reverse("payments:complaint", args=[name]))


def back_url(payment: Payment) -> str:
    return absolute(reverse("payments:back", args=[payment.no]))


def title(payment: Payment) -> str:
    """What the customer reads at the gateway. In one language: asked twice, it must be the same bill."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{payment.get_purpose_display()} {payment.ref}"


def payout_title(withdrawal: Withdrawal) -> str:
    """What the person reads at the gateway."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{withdrawal.get_source_display()} {withdrawal.no}"


def check_fresh(seconds: float) -> None:
    """Raises BadCallback for a moment (Unix seconds) more than five minutes away."""
    if abs(clock.now().timestamp() - seconds) > FRESH.total_seconds():
        raise BadCallback("too old")
