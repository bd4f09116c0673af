"""Opens a map file as people have it: gzip and bzip2 are unpacked, and of every other format one sentence says what it is
and what to download instead."""

import bz2
import gzip
import re
import zlib
from io import BytesIO
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import Invalid

# A campus with all that is around it is some megabytes; a city is more than fits a page of places.
MOST_BYTES = 100 * 1024 * 1024
HEAD = 4096  # bytes in which a format is recognised

UNPACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open}
# First bytes of what is no map in XML: how it is called.
OTHERS = {
    b"PK\x03\x04": gettext_noop("a ZIP archive (also .docx, .xlsx, .kmz)"),
    b"7z\xbc\xaf\x27\x1c": gettext_noop("a 7z archive"),
    b"\xfd7zXZ": gettext_noop("an xz archive"),
    b"\x28\xb5\x2f\xfd": gettext_noop("a zstd archive"),
    b"Rar!": gettext_noop("a RAR archive"),
    b"\xff\xe0\x04o5m": gettext_noop("OpenStreetMap data as .o5m"),
    b"\x89PNG": gettext_noop("a picture (PNG)"),
    b"\xff\xd8\xff": gettext_noop("a picture (JPEG)"),
    b"%PDF": gettext_noop("a PDF"),
    b"SQLite format 3": gettext_noop("a database (.gpkg, .mbtiles)"),
}
# Root elements of XML that is no map data.
ROOTS = {
    "osmChange": gettext_noop("a change file of OpenStreetMap (.osc), which holds differences only"),
    "gpx": gettext_noop("a GPX track"),
    "kml": gettext_noop("KML"),
    "svg": gettext_noop("a drawing (SVG)"),
    "html": gettext_noop("a web page"),
}
READABLE = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1"}


Source = str | Path | IO[bytes]  # where a file lies, or an open one


def read_xml(source: Source) -> bytes:
    """The OpenStreetMap XML in a file, unpacked, as UTF-8 or what its first line declares.

    Raises OSError when it cannot be read, `Invalid` when it holds something else, too much, or half of it.
    """
    if isinstance(source, str | Path):
        with open(source, "rb") as file:
            data = _bounded(file)
    else:
        data = _bounded(source)
    for first, unpack in UNPACKED.items():
        if data.startswith(first):
            data = _unpacked(data, unpack)
            break
    if data[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        data = _from_utf16(data)
    _refuse_other_formats(data)
    return data


def wrong_format(found: str) -> Invalid:
    """The refusal of a file that is `found`, such as "a GPX track"."""
    return Invalid(
        _(
            "This file is %(found)s. What is needed is OpenStreetMap XML: on openstreetmap.org choose Export (a file .osm), "
            "or in Overpass Turbo Export → raw OSM data; packed as .osm.gz or .osm.bz2 it is read as well."
        )
        % {"found": found}
    )


def broken_off(where: str = "") -> Invalid:
    """The refusal of a file whose end is missing."""
    return Invalid(
        _("This file breaks off in the middle%(where)s. Download it again.")
        % {"where": f" ({where})" if where else ""}
    )


def _bounded(file) -> bytes:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Invalid(
            _(
                "This file holds more than %(most)d MB. Export only the campus and the streets around it (some MB)."
            )
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    return data


def _unpacked(data: bytes, unpack) -> bytes:
    try:
        with unpack(BytesIO(data)) as file:
            return _bounded(file)
    except (OSError, EOFError, zlib.error) as error:
        raise broken_off() from error


def _from_utf16(data: bytes) -> bytes:
    order = "utf-16" if data[:1] in (b"\xff", b"\xfe") else "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    try:
        text = data.decode(order)
    except UnicodeDecodeError as error:
        raise broken_off() from error
    return re.sub(r"^(<\?xml[^>]*?)\s+encoding=[\"'][^\"']*[\"']", r"\1", text, count=1).encode()


def _refuse_other_formats(data: bytes) -> None:
    head = data[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise wrong_format(_("empty"))
    for first, found in OTHERS.items():
        if head.startswith(first):
            raise wrong_format(_(found))
    if b"OSMHeader" in head[:64]:
        raise wrong_format(_("OpenStreetMap data as .pbf"))
    if head[257:262] == b"ustar":
        raise wrong_format(_("a tar archive"))
    if head[:1] in (b"{", b"["):
        raise wrong_format(_json(head))
    if not head.startswith(b"<"):
        raise wrong_format(_("text, or something that we do not know"))
    _refuse_other_xml(data, head)


def _json(head: bytes) -> str:
    if b'"elements"' in head:
        return _("an answer of Overpass as JSON")
    if b'"Feature' in head or b'"geometry"' in head or b'"coordinates"' in head:
        return _("GeoJSON")
    return _("JSON")


def _refuse_other_xml(data: bytes, head: bytes) -> None:
    declared = re.match(rb"<\?xml[^>]*encoding=[\"']([\w.:-]+)[\"']", head)
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding not in READABLE:
        raise wrong_format(_("written in %(encoding)s, not in UTF-8") % {"encoding": encoding.upper()})
    if encoding.startswith("utf-8") and _is_gbk(data):
        raise wrong_format(_("written in %(encoding)s, not in UTF-8") % {"encoding": "GBK"})
    # What OpenStreetMap writes declares no entities; what does may unfold into gigabytes.
    if b"<!ENTITY" in data:
        raise wrong_format(_("XML with entities of its own"))
    found = re.search(rb"<(?:\w+:)?([A-Za-z]\w*)", re.sub(rb"<!--.*?-->", b"", head, flags=re.S))
    root = found[1].decode("ascii") if found else ""
    if root.lower() == "html":
        raise wrong_format(_page(data))
    if root and root != "osm":
        raise wrong_format(_(ROOTS[root]) if root in ROOTS else _("XML of another kind (<%s>)") % root[:40])


def _is_gbk(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return False
        try:
            data.decode("gb18030")
        except UnicodeDecodeError:
            return False
        return True
    return False


def _page(data: bytes) -> str:
    """A web page, with the complaint that a server has put on it."""
    text = re.sub(r"<[^>]+>", " ", data[:HEAD].decode("utf-8", "replace"))
    said = re.search(r"Error\s*:\s*(.+?)\s*(?:\n|$)", " ".join(text.split()))
    if said:
        return _("a web page on which a server complains (“%s”): ask it again later") % said[1][:160]
    return _("a web page")
