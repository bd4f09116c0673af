"""Counting wrong attempts where guessing must end: in the database, so that neither a Redis that is away or emptied nor a
transaction that is rolled back forgets one.

    with attempts.counted(f"door:{door}", most=5, lasts=timedelta(hours=1)) as attempt:
        with transaction.atomic():
            ...
            if not attempt.allowed: raise Invalid("too often")
            if code != right: raise attempt.wrong("not right")
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from core import clock
from core.db import for_update
from core.errors import Invalid
from core.models import AttemptCount


class WrongAttempt(Invalid):
    """What was given is not right, and counts."""


@dataclass
class Attempt:
    """`allowed`: whether there is one left. It has been taken already, and is given back unless it proves wrong."""

    allowed: bool
    is_wrong: bool = False

    def wrong(self, message: str) -> WrongAttempt:
        """The error to raise for a wrong guess."""
        self.is_wrong = True
        return WrongAttempt(message)


@contextmanager
def counted(key: str, *, most: int, lasts: timedelta) -> Iterator[Attempt]:
    """Take one of `most` attempts before the block, and give it back after it unless it was wrong: of a thousand
    guesses at once no more than `most` are looked at. Put it around the transaction, never inside."""
    attempt = Attempt(allowed=_take(key, most, lasts))
    try:
        yield attempt
    finally:
        if attempt.allowed and not attempt.is_wrong:
            AttemptCount.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


@transaction.atomic
def _take(key: str, most: int, lasts: timedelta) -> bool:
    now = clock.now()
    AttemptCount.objects.bulk_create([AttemptCount(key=key, until=now + lasts)], ignore_conflicts=True)
    row = for_update(AttemptCount.objects.filter(key=key)).get()
    if row.until <= now:
        row.count, row.until = 0, now + lasts
    if row.count >= most:
        return False
    row.count += 1
    row.save(update_fields=["count", "until"])
    return True


def take(key: str, *, most: int, lasts: timedelta) -> bool:
    """Take one of `most` for good: whether there was one left."""
    return _take(key, most, lasts)


def count(key: str) -> int:
    """How many are taken now."""
    row = AttemptCount.objects.filter(key=key, until__gt=clock.now()).first()
    return row.count if row else 0


def tidy() -> int:
    """Forget what has run out."""
    return AttemptCount.objects.filter(until__lte=clock.now() - timedelta(days=1)).delete()[0]
