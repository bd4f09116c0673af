"""What reading the bills of all providers has in common: tables, packed or not, whose columns have names."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from core.money import parse_yuan
from payments.gateways.base import BadBill, Line

MAX_BYTES = 50_000_000
# In which other encodings a spreadsheet program writes a table that it was only to show.
RESAVED = ("utf-8", "gb18030", "utf-16")
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx, xls


def line(kind: str, no: str | None, yuan: str | None) -> Line:
    """A line of a bill whose amount is written in yuan. BadBill when it is none."""
    try:
        fen = parse_yuan(yuan or "")
    except ValueError:
        raise BadBill(_("%(no)s: “%(amount)s” is no amount.") % {"no": no, "amount": yuan}) from None
    if not no or fen <= 0:
        raise BadBill(_("A line says “%(no)s” and “%(amount)s”.") % {"no": no or "", "amount": yuan or ""})
    return Line(kind, no, fen)


def read_text(file: bytes, encoding: str, column: str) -> str:
    """The table as text, without the gzip around it. `column` is one that it has: by it a table is known that
    somebody's spreadsheet program has written anew. That may have rounded long numbers: it is refused."""
    file = unpacked(file)
    if file.startswith(SPREADSHEETS):
        raise BadBill(_resaved())
    text = _decoded(file, encoding)
    if text is not None and column in text and "\0" not in text:
        return text
    if any(column in (_decoded(file, other) or "") for other in RESAVED):
        raise BadBill(_resaved())
    if text is None or "\0" in text:
        raise BadBill(_("The file is no table."))
    return text


def rows(text: str) -> Iterator[list[str]]:
    """The rows of a table that are not empty."""
    return (row for row in csv.reader(io.StringIO(text)) if any(row))


def find_columns(rows: Iterable[Sequence[str]], needed: Sequence[str]) -> list[str]:
    """Read on to the row that names the columns, of which there have to be all that are `needed`."""
    for row in rows:
        names = [name.strip() for name in row]
        if needed[0] not in names:
            continue
        if missing := [name for name in needed if name not in names]:
            raise BadBill(
                _(
                    "It has no column %(columns)s: the layout is an old one, or that of another bill. Download the trade bill "
                    "of that day again, with all trades."
                )
                % {"columns": ", ".join(missing)}
            )
        return names
    raise BadBill(_("The columns are not those of such a bill."))


def named(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells of a row by column. BadBill when their number differs: a comma in a value moves all that follow it, and
    a wrong amount is worse than none."""
    if len(cells) != len(columns):
        raise BadBill(
            _("A row has %(cells)d cells for %(columns)d columns: “%(start)s”. Download the bill again.")
            % {"cells": len(cells), "columns": len(columns), "start": ", ".join(cells)[:60]}
        )
    return dict(zip(columns, (cell.strip() for cell in cells), strict=True))


def unpacked(file: bytes) -> bytes:
    """Without the gzip around it, if there is one. BadBill when it is broken or becomes too big."""
    if file[:2] != b"\x1f\x8b":
        return file
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(file)) as opened:
            return limited(opened.read(MAX_BYTES + 1))
    except (OSError, EOFError, zlib.error):
        raise BadBill(_("The file is damaged: download it again.")) from None


def limited(read: bytes) -> bytes:
    """As it is, unless it is too big."""
    if len(read) > MAX_BYTES:
        raise BadBill(_("The file is too big for the bill of a day."))
    return read


def _decoded(file: bytes, encoding: str) -> str | None:
    try:
        return file.decode(encoding)
    except UnicodeDecodeError:
        return None


def _resaved() -> str:
    return _(
        "It was saved again by a spreadsheet program, which may have changed long numbers. Download the bill once more and "
        "upload it without opening it."
    )
