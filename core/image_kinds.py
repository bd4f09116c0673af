"""What kind of file a photo is, by its first bytes: which kinds are taken, and what to do about the others."""

import functools

from django.utils.translation import gettext as _

HEAD = 64  # bytes; enough for the list of brands that begins a HEIF
ACCEPTED = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")  # as Pillow calls them
_AVIF = {b"avif", b"avis"}
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_EITHER = {b"mif1", b"msf1"}  # the container of both
_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),  # also what cameras call raw or DNG
    (b"MM\0*", "TIFF"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"%PDF-", "PDF"),
    (b"\x1aE\xdf\xa3", "WebM"),
)


def find_kind(head: bytes) -> str:
    """The kind of a file that begins with these bytes, as one would name it; "" for none that we know."""
    if head[4:8] == b"ftyp":
        return _find_brand(head)
    if head[:4] == b"RIFF":
        return "WEBP" if head[8:12] == b"WEBP" else "AVI"
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), "")


def _find_brand(head: bytes) -> str:
    # The first brand is what a file is; some writers put the container there and the codec among those it agrees with.
    end = min(int.from_bytes(head[:4]), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    codecs = [brand for brand in brands if brand in _AVIF | _HEIF]
    if codecs:
        return "AVIF" if codecs[0] in _AVIF else "HEIF"
    return "HEIF" if _EITHER.intersection(brands) else "MP4"


def prepare(kind: str) -> None:
    """Make Pillow able to read this kind."""
    if kind == "HEIF":
        _register_heif()


@functools.cache
def _register_heif() -> None:
    # Here, as few processes are ever sent one. libheif keeps its own limits: a stream that holds more pixels than its
    # head says is refused before it is decoded.
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def refusal(kind: str) -> str:
    """What to tell a person whose file is of a kind that is not taken."""
    if not kind:
        return _(
            "This file is not a photo that we can read. Send a JPEG, PNG, WebP, HEIC or AVIF, or a screenshot of it."
        )
    return _(
        "This is %(kind)s, not a photo that we can read. Send a JPEG, PNG, WebP, HEIC or AVIF, or a screenshot of it."
    ) % {"kind": kind}


def damaged(kind: str) -> str:
    """What to tell a person whose photo is of a kind that is taken, but cannot be decoded."""
    if kind in ("HEIF", "AVIF"):
        return _(
            "This %(kind)s photo cannot be read. Send a screenshot of it, or have the camera save JPEG (iPhone: "
            "Settings, Camera, Formats, Most Compatible)."
        ) % {"kind": "HEIC" if kind == "HEIF" else kind}
    return _("This photo is damaged: we cannot read it. Send it again, or a screenshot of it.")
