"""The parts of a picture's file that are no pixels: heads, comments, metadata, and what hangs on behind the end.

Formats: JPEG (ITU-T T.81, annex B), PNG (RFC 2083), WebP (RFC 9649), HEIF and AVIF (ISO/IEC 14496-12, 23008-12).
"""

import re
import struct
from collections.abc import Iterator

HEAD = 1024  # what those who guess at a file's kind look at
TAIL = 4096  # of what hangs on behind: its beginning and its end (a phone's film is megabytes of chance)
# In the compressed pixels 0xFF is followed by 0 or a restart mark: any other byte begins a segment.
_JPEG_MARK = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
LONG = 256 * 1024  # no metadata is longer
_CODECS = {b"hvc1", b"av01"}
_PIXELS = {b"IDAT", b"fdAT", b"VP8 ", b"VP8L", b"ALPH", b"ANMF"}


def beside_the_pixels(content: bytes) -> Iterator[bytes]:
    """All of it but compressed pixels; the whole content where its parts cannot be told."""
    yield content[:HEAD]
    yield content[-TAIL:]
    try:
        if content.startswith(b"\xff\xd8"):
            yield from _jpeg(content)
        elif content.startswith(b"\x89PNG"):
            yield from _png(content)
        elif content.startswith(b"RIFF"):
            yield from _webp(content)
        elif content[4:8] == b"ftyp":
            yield from _heif(content)
        else:
            yield content
    except (struct.error, ValueError, IndexError):
        yield content


def _jpeg(content: bytes) -> Iterator[bytes]:
    at = 2
    while found := _JPEG_MARK.search(content, at):
        if found[0] == b"\xff\xd9":  # the end
            yield content[found.end() : found.end() + TAIL]
            return
        (length,) = struct.unpack_from(">H", content, found.end())
        at = found.end() + max(length, 2)
        yield content[found.end() : at]


def _png(content: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if kind not in _PIXELS:
            yield content[at:end]
        at = end
        if kind == b"IEND":
            yield content[at : at + TAIL]
            return


def _webp(content: bytes) -> Iterator[bytes]:
    (size,) = struct.unpack_from("<I", content, 4)
    at, last = 12, min(8 + size, len(content))
    while at + 8 <= last:
        kind, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length + length % 2
        if kind not in _PIXELS:
            yield content[at:end]
        at = end
    yield content[last : last + TAIL]


# -- HEIF: boxes, and a table (`iloc`) of which bytes belong to which item --------------------------------------------


def _heif(content: bytes) -> Iterator[bytes]:
    at = 0
    for start, end in [*sorted(_coded_extents(content)), (len(content), len(content))]:
        if start > at:
            yield content[at:start] if start - at <= LONG else content[at : at + TAIL]
        at = max(at, end)


def _coded_extents(content: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of the bytes of each item that is compressed pixels."""
    boxes = {kind: (start, end) for kind, start, end in _boxes(content, 0, len(content))}
    if b"meta" not in boxes:
        return
    start, end = boxes[b"meta"]
    parts = {kind: (first, last) for kind, first, last in _boxes(content, start + 4, end)}
    coded = set(_coded_items(content, *parts[b"iinf"])) if b"iinf" in parts else set()
    if b"iloc" in parts:
        yield from _located(content, parts[b"iloc"][0], coded)


def _boxes(content: bytes, at: int, last: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start, end) of the content of each box between two places."""
    while at + 8 <= last:
        length, kind = struct.unpack_from(">I4s", content, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, at + 8)
            head = 16
        end = min(at + length, last) if length else last
        if end < at + head:
            raise ValueError("a box ends before it begins")
        yield kind, at + head, end
        at = end


def _coded_items(content: bytes, start: int, end: int) -> Iterator[int]:
    version = content[start]
    for kind, at, _last in _boxes(content, start + (6 if version == 0 else 8), end):
        if kind != b"infe" or content[at] not in (2, 3):
            continue
        item, _protection, codec = struct.unpack_from(
            ">HH4s" if content[at] == 2 else ">IH4s", content, at + 4
        )
        if codec in _CODECS:
            yield item


def _located(content: bytes, at: int, coded: set[int]) -> Iterator[tuple[int, int]]:
    version, sizes = content[at], struct.unpack_from(">H", content, at + 4)[0]
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    at += 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        if at > len(content):
            raise ValueError("cut off")
        return int.from_bytes(content[at - size : at])

    for _nth in range(number(2 if version < 2 else 4)):
        item = number(2 if version < 2 else 4)
        method = number(2) & 15 if version else 0
        number(2)  # which file: this one
        base = number(base_size)
        for _extent in range(number(2)):
            number(index_size)
            start = base + number(offset_size)
            length = number(length_size)
            if item in coded and method == 0:
                yield start, min(start + length, len(content))
