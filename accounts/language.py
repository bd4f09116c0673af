"""The language in which a person is addressed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation

from accounts.models import User


@contextmanager
def in_language_of(user: User) -> Iterator[None]:
    """Texts made inside are in this person's language."""
    known = user.language in dict(settings.LANGUAGES)
    with translation.override(user.language if known else settings.LANGUAGE_CODE):
        yield
