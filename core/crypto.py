"""Secrets at rest: text that the database holds only encrypted, with keys of its own that can be changed.

Fernet (AES-128-CBC with HMAC-SHA256) by `cryptography`. settings.FIELD_ENCRYPTION_KEYS: the first key encrypts, all of
them decrypt. To change keys: put a new one in front, restart, run `manage.py rotate_field_keys`, then drop the old one.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models, transaction

from core.db import for_update

BATCH = 200
# What every Fernet token begins with: the version byte and the top bytes of a 64-bit time.
_VERSION_MARK = "gAAAA"

_rotations: list[Callable[[], int]] = []


def keys() -> list[str]:
    """The keys in use. Only where nothing real is kept may they come from SECRET_KEY."""
    if settings.FIELD_ENCRYPTION_KEYS:
        return list(settings.FIELD_ENCRYPTION_KEYS)
    if settings.PRODUCTION:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS must be set in production.")
    digest = hashlib.sha256(b"field encryption:" + settings.SECRET_KEY.encode()).digest()
    return [base64.urlsafe_b64encode(digest).decode()]


@lru_cache(maxsize=8)
def _cipher(of: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in of])


def encrypt(text: str) -> str:
    """The text as a token that only the keys open. The same text gives another token each time."""
    return _cipher(tuple(keys())).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """What `encrypt` was given. Raises ImproperlyConfigured when no key opens it: a key is missing."""
    try:
        return _cipher(tuple(keys())).decrypt(token.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured("A stored secret opens with none of FIELD_ENCRYPTION_KEYS.") from None


def is_encrypted(text: str) -> bool:
    """Whether this looks like a token of ours rather than clear text."""
    return text.startswith(_VERSION_MARK)


class EncryptedTextField(models.TextField):
    """Text that the database holds encrypted. The empty string stays empty; nothing can be looked up by it."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: rows cannot be looked up by it.")

    def get_transform(self, lookup_name):
        return None


# -- Changing keys -----------------------------------------------------------------------------------------


def rotates(function: Callable[[], int]) -> Callable[[], int]:
    """Register `function() -> rows`, which re-encrypts secrets that are in no EncryptedTextField."""
    _rotations.append(function)
    return function


def rotate_all() -> dict[str, int]:
    """Encrypt every stored secret anew, with the first key. Gives the rows by where they lie; may be run again."""
    done = {model._meta.label: _rotate_model(model, names) for model, names in encrypted_models()}
    return done | {function.__module__: function() for function in _rotations}


def encrypted_models() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Each model that has encrypted fields, with their names."""
    for model in apps.get_models():
        names = [f.name for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
        if names:
            yield model, names


def _rotate_model(model: type[models.Model], names: list[str]) -> int:
    """Row by row under its lock, a few in one transaction, so that nobody waits long."""
    pks = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        with transaction.atomic():
            for row in for_update(model._base_manager.filter(pk__in=pks[start : start + BATCH])):
                row.save(update_fields=names)
    return len(pks)
