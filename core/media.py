"""Keeping people's files: whole or not at all, and a sentence instead of a failure when the disk is full or away."""

import contextlib
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.signals import request_finished
from django.db import transaction
from django.db.models import FileField
from django.dispatch import receiver
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError

logger = logging.getLogger(__name__)

PARTIAL = ".partial-"
KEPT_WITHOUT_ROW = timedelta(days=1)
MOST_SWEPT = 1000

_of_request = threading.local()


class CannotKeep(DomainError):
    """No file can be written now. Everything else goes on."""

    code = "cannot_keep_file"

    def default_message(self) -> str:
        return _("We cannot keep photos just now. Please try again in a few minutes, or go on without one.")


class Careful(Storage):
    """Put before a storage: what fails is said in a sentence, and a file whose row was not committed is deleted when the
    request ends (`sweep_orphans` finds what a killed process has left)."""

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        try:
            name = super().save(name, content, max_length)
        except OSError as error:
            logger.error("a file could not be kept: %s", error)
            raise CannotKeep from error
        _watch(self, name)
        return name


class Disk(Careful, FileSystemStorage):
    """A folder. A file appears under its name when it is complete."""

    def _save(self, name: str, content: File) -> str:
        folder, base = os.path.split(name)
        partial = os.path.join(folder, f"{PARTIAL}{base}")
        try:
            super()._save(partial, content)  # type: ignore[misc]  # not in the stubs
            os.replace(self.path(partial), self.path(name))
        except OSError:
            with contextlib.suppress(OSError):
                os.remove(self.path(partial))
            raise
        return name


def _watch(storage: Careful, name: str) -> None:
    """Forget the file again at the end of the request, unless its transaction is committed."""
    if not transaction.get_connection().in_atomic_block:  # its row will be there at once
        return
    waiting = _of_request.__dict__.setdefault("uncommitted", {})
    waiting[name] = storage
    transaction.on_commit(lambda: waiting.pop(name, None), robust=True)


@receiver(request_finished)
def drop_uncommitted(**kwargs) -> None:
    waiting = _of_request.__dict__.pop("uncommitted", {})
    if (
        not waiting or transaction.get_connection().in_atomic_block
    ):  # a test's own transaction: nothing is decided yet
        return
    for name, storage in waiting.items():
        with contextlib.suppress(OSError):
            storage.delete(name)


# -- Room ------------------------------------------------------------------------------------------------------------


def media_room() -> dict[str, Any] | None:
    """{"free_mb", "ok"} of the disk that files are kept on; None where they are kept elsewhere. Not well when less than
    200 MB and less than a twentieth is free, or when nothing can be written."""
    if not isinstance(default_storage, FileSystemStorage):
        return None
    root = Path(default_storage.location)
    folder = next((one for one in (root, *root.parents) if one.exists()), root)
    try:
        disk = shutil.disk_usage(folder)
    except OSError:
        return {"free_mb": None, "ok": False}
    enough = disk.free >= min(200 * 2**20, disk.total // 20)
    return {"free_mb": disk.free // 2**20, "ok": enough and os.access(folder, os.W_OK)}


# -- Files without a row ---------------------------------------------------------------------------------------------


def sweep_orphans(most: int = MOST_SWEPT) -> int:
    """Delete files older than a day that no row names, at most so many at a time. Returns how many."""
    if not isinstance(default_storage, FileSystemStorage):
        return 0
    before = (clock.now() - KEPT_WITHOUT_ROW).timestamp()
    deleted = 0
    for names in _old_files(Path(default_storage.location), before):
        for name in sorted(names - _named(names)):
            if deleted == most:
                return deleted
            logger.warning("no row names %s: deleted", name)
            with contextlib.suppress(OSError):
                default_storage.delete(name)
                deleted += 1
    return deleted


def _old_files(root: Path, before: float) -> Iterator[set[str]]:
    """Names of files, a folder at a time, as rows would name them."""
    for folder, _folders, files in os.walk(root):
        old = set()
        for file in files:
            path = Path(folder, file)
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < before:
                    old.add(path.relative_to(root).as_posix())
        if old:
            yield old


def _named(names: set[str]) -> set[str]:
    """Those of them that some row names."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FileField):
                for part in _parts(sorted(names)):
                    rows = model._base_manager.filter(**{f"{field.name}__in": part})
                    found.update(rows.values_list(field.name, flat=True))
    return found


def _parts(names: list[str], size: int = 500) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
