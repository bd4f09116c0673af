"""The parts of a picture's file that are no pixels: heads, comments, metadata, and what hangs on behind the end.

Formats: JPEG (ITU-T T.81, annex B), PNG (RFC 2083), WebP (RFC 9649).
"""

import re
import struct
from collections.abc import Iterator

HEAD = 1024  # what those who guess at a file's kind look at
TAIL = 4096  # of what hangs on behind: its beginning and its end (a phone's film is megabytes of chance)
# In the compressed pixels 0xFF is followed by 0 or a restart mark: any other byte begins a segment.
_JPEG_MARK = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
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
        else:
            yield content
    except (struct.error, ValueError):
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
