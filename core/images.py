"""Photos from people: drawn anew, so that nothing but the picture is kept."""

import re
import threading
import zipfile
from io import BytesIO

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core import image_kinds, image_parts
from core.errors import Invalid
from core.ids import new_no

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 1600
# What makes a browser or a server run a file: no camera writes these words beside a picture. Among the pixels they come
# about by chance, in one photo of two hundred.
ACTIVE = re.compile(rb"<(?:script|html|!doctype|iframe|svg|\?php)\b", re.I)


# A JPEG is decoded at a fraction of its size, all others whole: one at a time in each process, so that several of 50
# megapixels do not fill its memory.
_whole = threading.Lock()


def clean_photo(uploaded: UploadedFile) -> ContentFile:
    """The picture of `uploaded` as a fresh JPEG of at most 1600 px, without EXIF (position, device) or anything
    hidden behind it, under a name that nobody can guess. Raises `Invalid` with a sentence for the person, who learns
    what to do, when it is no photo, too big, or something else besides (a page, a program, an archive, a document).
    """
    if (uploaded.size or 0) > MAX_BYTES:
        raise _too_big()
    uploaded.seek(0)
    kind = image_kinds.find_kind(uploaded.read(image_kinds.HEAD))
    if kind not in image_kinds.ACCEPTED:
        raise Invalid(image_kinds.refusal(kind), code="not_a_photo")
    try:
        image_kinds.prepare(kind)
        uploaded.seek(0)
        # The header alone is read here: the size is judged before any pixel is unpacked.
        with Image.open(uploaded, formats=(kind,)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_big()
            picture = _draw(image, kind)
    except Invalid:
        raise
    except Image.DecompressionBombError:  # so large that the reader itself refuses it
        raise _too_big() from None
    except Exception:  # damaged files make the readers fail in any way: struct.error, TypeError, KeyError …
        raise Invalid(image_kinds.damaged(kind), code="damaged_photo") from None
    if _is_more(uploaded):
        raise Invalid(
            _("This file is more than a photo. Please send a plain photo."), code="not_only_a_photo"
        )
    out = BytesIO()
    picture.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return ContentFile(out.getvalue(), name=f"{new_no(length=16).lower()}.jpg")


def _too_big() -> Invalid:
    return Invalid(_("This photo is too big. Please take a smaller one."), code="photo_too_big")


def _draw(image: Image.Image, kind: str) -> Image.Image:
    if kind == "JPEG":
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    else:
        with _whole:
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _on_white(ImageOps.exif_transpose(image))  # turned when it is small: a turn is a copy


def _is_more(uploaded: UploadedFile) -> bool:
    """Whether a file that is a picture can be read as something else too."""
    uploaded.seek(0)
    content = uploaded.read()
    # Readers of PDF look for its mark in the first kilobyte, readers of archives for a directory at the end.
    return (
        any(ACTIVE.search(part) for part in image_parts.beside_the_pixels(content))
        or b"%PDF-" in content[:1024]
        or zipfile.is_zipfile(BytesIO(content))
    )


class PhotoField(forms.FileField):
    """A photo as a form's field: what comes out can be kept."""

    def clean(self, data, initial=None):
        uploaded = super().clean(data, initial)
        if not uploaded:
            return None
        try:
            return clean_photo(uploaded)
        except Invalid as error:
            raise ValidationError(str(error), code=error.code) from None


def _on_white(image: Image.Image) -> Image.Image:
    """RGB, with transparent parts shown on white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        image = white
    fresh = Image.new("RGB", image.size)  # a new canvas: `info` (EXIF, comments, profiles) stays behind
    fresh.paste(image.convert("RGB"))
    return fresh
