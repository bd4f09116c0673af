"""A person's own data as one archive: a page to read, the same as JSON, and their photos.

It is written while it is sent, a photo at a time: however much there is, the first bytes leave at once and little is
held in memory.
"""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import personal
from accounts.export_words import FIELDS, PARTS
from accounts.models import User
from core import clock
from core.money import yuan

logger = logging.getLogger(__name__)

STYLE = Path(settings.BASE_DIR) / "static" / "css" / "my-data.css"
NAME = "campus-errand-my-data"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass
class Table:
    """A part of the page: what is known in it, as rows of finished texts."""

    title: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class _Pipe:
    """What a ZipFile writes into; nobody can seek in it, so that it can be sent as it comes."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def archive(user: User, language: str) -> Iterator[bytes]:
    """The bytes of a ZIP: my-data.html (with its style), my-data.json and photos/…, in this language."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as made:
        with translation.override(language):
            data = personal.export(user)
            photos = [(f"photos/{name}", file) for name, file in personal.files_of(user)]
            page = render_to_string(
                "accounts/my_data.html",
                {
                    "tables": tables(data),
                    "photos": [name for name, _file in photos],
                    "language": language,
                    "at": _moment(clock.now()),
                    "person": user,
                },
            )
        made.writestr(_entry("my-data.html", ZIP_DEFLATED), page)
        made.writestr(_entry("my-data.css", ZIP_DEFLATED), STYLE.read_bytes())
        made.writestr(
            _entry("my-data.json", ZIP_DEFLATED), json.dumps(data, ensure_ascii=False, indent=2, default=str)
        )
        yield pipe.take()
        for name, file in photos:
            try:
                source = file.open("rb")
            except OSError:  # a restored database may know more photos than its disk
                logger.warning("a photo of an export is missing")
                continue
            with source, made.open(_entry(name, ZIP_STORED), "w") as target:
                for chunk in source.chunks():
                    target.write(chunk)
                    yield pipe.take()
    yield pipe.take()


def _entry(name: str, how: int) -> ZipInfo:
    entry = ZipInfo(name, timezone.localtime(clock.now()).timetuple()[:6])
    entry.compress_type = how
    return entry


# -- The page ----------------------------------------------------------------------------------------------


def tables(data: dict) -> list[Table]:
    """The export as tables, in the order of `PARTS`; what is unknown to it comes last, under its own name."""
    found = []
    for name in [*PARTS, *sorted(data.keys() - PARTS.keys() - {"exported_at"})]:
        if data.get(name):
            found += _tables(PARTS.get(name, name), data[name])
    return found


def _tables(title: str, value) -> list[Table]:
    title = capfirst(str(title))
    if isinstance(value, dict):
        inner = {k: v for k, v in value.items() if _is_rows(v)}
        rows = [[_label(k), _text(k, v)] for k, v in value.items() if k not in inner]
        own = [Table(title, rows=rows)] if rows else []
        return own + [
            table
            for k, v in inner.items()
            if v
            for table in _tables(f"{title} · {PARTS.get(k) or FIELDS.get(k, k)}", v)
        ]
    if _is_rows(value):
        columns = list(dict.fromkeys(k for row in value for k in row))
        rows = [[_text(k, row.get(k)) for k in columns] for row in value]
        return [Table(title, [_label(k) for k in columns], rows)]
    return [Table(title, rows=[[_text("", one) for one in row] if isinstance(row, list) else [_text("", row)]
                               for row in (value if isinstance(value, list) else [value])])]  # fmt: skip


def _is_rows(value) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _label(name: str) -> str:
    return capfirst(str(FIELDS.get(name, name)))


def _text(name: str, value) -> str:
    if value is None or value in ("", {}, []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, personal.Named):
        return value.label
    if name.endswith("_fen"):
        return yuan(value)
    if isinstance(value, dict):
        return "; ".join(f"{FIELDS.get(k, k)}: {_text(k, v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(_text("", one) for one in value)
    if isinstance(value, str) and _MOMENT.match(value):
        return _moment(datetime.fromisoformat(value))
    return str(value)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
