"""Files that must go: written down with the change that drops them, deleted after it, and again until they are gone."""

import logging
from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db import transaction

from core.models import FileDeletion

logger = logging.getLogger(__name__)


def delete_after_commit(names: Iterable[str]) -> None:
    """Delete these files of the media storage once the present transaction holds. A process that dies in between
    leaves rows, which `finish` goes through."""
    made = FileDeletion.objects.bulk_create([FileDeletion(name=name) for name in names if name])
    if made:
        transaction.on_commit(lambda: _delete(made), robust=True)


def finish(limit: int = 5000) -> int:
    """Delete what is still to be deleted. Returns how many files."""
    return _delete(FileDeletion.objects.order_by("pk")[:limit])


def _delete(rows: Iterable[FileDeletion]) -> int:
    count = 0
    for row in rows:
        try:
            default_storage.delete(row.name)
        except Exception:  # whatever keeps the store from it (a disk, a bucket): the sweep comes again
            logger.warning("a file that must go could not be deleted yet", exc_info=True)
            continue
        FileDeletion.objects.filter(pk=row.pk).delete()
        count += 1
    return count
