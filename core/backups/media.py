"""Photos of a backup: written out of, and into, whatever storage the installation keeps them in (folder or S3)."""

import os
import tarfile
from collections.abc import Iterator
from typing import BinaryIO

from django.apps import apps
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db.models import FileField

MISSING = (FileNotFoundError, NotADirectoryError)


def names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file of a storage, by the name that rows use."""
    try:
        folders, files = storage.listdir(folder)
    except MISSING:
        return
    for file in sorted(files):
        if file:
            yield f"{folder}/{file}" if folder else file
    for inner in sorted(folders):
        if inner:
            yield from names(storage, f"{folder}/{inner}" if folder else inner)


def total_size(storage: Storage) -> int:
    """Bytes of all files."""
    size = 0
    for name in names(storage):
        try:
            size += storage.size(name)
        except MISSING:  # removed meanwhile
            continue
    return size


def named_by_rows() -> dict[str, str]:
    """File name → "model.field" of every file that a row of this installation names."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FileField):
                values = model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)
                found |= dict.fromkeys(filter(None, values.iterator()), f"{model._meta.label}.{field.name}")
    return found


def write_archive(storage: Storage, out: BinaryIO) -> None:
    """All files as one tar. One that is removed meanwhile (retention, erasure) is left out."""
    with tarfile.open(fileobj=out, mode="w|") as archive:
        for name in names(storage):
            try:
                with storage.open(name) as file:
                    content = file.read()
                changed = storage.get_modified_time(name).timestamp()
            except MISSING:
                continue
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), int(changed)
            archive.addfile(member, ContentFile(content).file)


def read_archive(storage: Storage, source: BinaryIO) -> int:
    """Put every file of a tar into the storage under its own name; returns how many. Overwrites what has that name."""
    count = 0
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            if not member.isfile():
                continue
            if (stored := archive.extractfile(member)) is None:
                continue
            content = stored.read()
            if storage.exists(member.name):
                storage.delete(member.name)
            if (kept := storage.save(member.name, ContentFile(content))) != member.name:
                raise SuspiciousFileOperation(f"{member.name} was kept as {kept}")
            _date(storage, member)
            count += 1
    return count


def _date(storage: Storage, member: tarfile.TarInfo) -> None:
    try:
        os.utime(storage.path(member.name), (member.mtime, member.mtime))
    except NotImplementedError:  # S3 dates its objects itself
        pass
