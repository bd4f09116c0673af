"""What a backup says of second factors, and a restore must find again."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured

from accounts.rotation import read_secret
from core.backups import examines


@examines("second factors")
def unreadable_second_factors() -> list[str]:
    """Whether every authenticator's secret can be read with our keys: if not, its owner cannot log in."""
    unreadable = 0
    for data in Authenticator.objects.values_list("data", flat=True).iterator():
        try:
            for name in ("secret", "seed"):
                read_secret(data.get(name, ""))
        except ImproperlyConfigured:
            unreadable += 1
    return [f"{unreadable} authenticators open with none of FIELD_ENCRYPTION_KEYS."] if unreadable else []
