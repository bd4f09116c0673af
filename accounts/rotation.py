"""Secrets of the second factor lie inside allauth's JSON, out of reach of an EncryptedTextField."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from core import crypto
from core.db import for_update


def read_secret(stored: str) -> str:
    """The clear secret, also of a row written before secrets were encrypted (base32 or hex, never like a token)."""
    return crypto.decrypt(stored) if crypto.is_encrypted(stored) else stored


@crypto.rotates
def encrypt_second_factors(model: type[Authenticator] = Authenticator) -> int:
    """Encrypt every authenticator's secret and recovery codes with the first key."""
    pks = list(model.objects.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            for row in for_update(model.objects.filter(pk=pk)):
                for name in ("secret", "seed"):
                    if name in row.data:
                        row.data[name] = crypto.encrypt(read_secret(row.data[name]))
                if codes := row.data.get("migrated_codes"):
                    row.data["migrated_codes"] = [crypto.encrypt(read_secret(code)) for code in codes]
                row.save(update_fields=["data"])
    return len(pks)
