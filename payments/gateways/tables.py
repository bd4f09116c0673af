"""What reading the bills of all providers has in common: tables, packed or not, whose columns have names."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator

from core.money import parse_yuan
from payments.gateways.base import BadBill, Line

MAX_BYTES = 50_000_000


def line(kind: str, no: str | None, yuan: str | None) -> Line:
    """A line of a bill whose amount is written in yuan. BadBill when it is none."""
    try:
        fen = parse_yuan(yuan or "")
    except ValueError:
        raise BadBill(f"{no}: {yuan!r} is no amount") from None
    if not no or fen <= 0:
        raise BadBill(f"{no!r}, {yuan!r}: not readable")
    return Line(kind, no, fen)


def rows(file: bytes, encoding: str) -> Iterator[list[str]]:
    """The rows of a table that are not empty."""
    file = unpacked(file)
    if b"\0" in file:
        raise BadBill("not a table")
    try:
        text = file.decode(encoding)
    except UnicodeDecodeError:
        raise BadBill("not readable") from None
    return (row for row in csv.reader(io.StringIO(text)) if any(row))


def find_columns(rows: Iterator[list[str]], column: str) -> list[str]:
    """Read on to the row that names the columns."""
    for row in rows:
        names = [name.strip() for name in row]
        if column in names:
            return names
    raise BadBill("the columns are not those of such a bill")


def unpacked(file: bytes) -> bytes:
    """Without the gzip around it, if there is one. BadBill when it is broken or becomes too big."""
    if file[:2] != b"\x1f\x8b":
        return file
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(file)) as opened:
            return limited(opened.read(MAX_BYTES + 1))
    except (OSError, EOFError, zlib.error):
        raise BadBill("broken") from None


def limited(read: bytes) -> bytes:
    """As it is, unless it is too big."""
    if len(read) > MAX_BYTES:
        raise BadBill("too big")
    return read
