"""Whether an installation has the keys that a backup was made with, without the backup holding any of them."""

from django.core import signing
from django.core.exceptions import ImproperlyConfigured

from core import crypto
from core.backups import examines

SALT = "core.backups"
WORDS = "made with these keys"


def make() -> dict[str, str]:
    """Something that only the holder of each key could have written."""
    return {
        "SECRET_KEY": signing.dumps(WORDS, salt=SALT),
        "FIELD_ENCRYPTION_KEYS": crypto.encrypt(WORDS),
    }


def wrong_keys(proofs: dict[str, str]) -> list[str]:
    """The names of the keys that are not those of the backup."""
    return [name for name, proof in proofs.items() if not HOLDS[name](proof)]


def _signed_by_us(proof: str) -> bool:
    try:
        return signing.loads(proof, salt=SALT) == WORDS
    except signing.BadSignature:
        return False


def _opens(proof: str) -> bool:
    try:
        return crypto.decrypt(proof) == WORDS
    except ImproperlyConfigured:
        return False


HOLDS = {"SECRET_KEY": _signed_by_us, "FIELD_ENCRYPTION_KEYS": _opens}


@examines("encrypted fields")
def unreadable_fields() -> list[str]:
    """Which models hold text that our keys do not open."""
    found = []
    for model, names in crypto.encrypted_models():
        try:
            for _row in model._base_manager.values_list(*names).iterator():
                pass
        except ImproperlyConfigured as error:
            found.append(f"{model._meta.label}: {error}")
    return found
