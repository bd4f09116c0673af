"""Photos come in as people send them and go on as plain pictures."""

import random
import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import image_kinds, image_parts, images
from core.errors import Invalid
from core.images import clean_photo


def upload(form="JPEG", size=(60, 40), mode="RGB", colour="red", **save) -> SimpleUploadedFile:
    image_kinds.prepare(form)
    out = BytesIO()
    Image.new(mode, size, colour).save(out, form, **save)
    return SimpleUploadedFile("IMG_0001.HEIC.jpg", out.getvalue())


def opened(file) -> Image.Image:
    image = Image.open(BytesIO(file.read()))
    image.load()
    return image


def test_the_film_that_some_phones_hang_on_is_gone():
    original = upload()
    original.seek(0, 2)
    original.write(b"\0\0\0\x18ftypmp42" + b"film" * 50)

    assert b"film" not in clean_photo(original).read()


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("index.html", "hello")
    return out.getvalue()


@pytest.mark.parametrize(
    "more",
    [
        b"<?php evil() ?>",
        b"<ScRiPt>alert(1)</script>",
        b"<!DOCTYPE html><p>hello",
        b"<svg onload=evil()>",
        archive(),
    ],
    ids=["php", "script", "page", "svg", "archive"],
)
def test_what_is_a_photo_and_something_else_is_refused(more):
    original = upload()
    original.seek(0, 2)
    original.write(more)

    with pytest.raises(Invalid, match="more than a photo"):
        clean_photo(original)


def among_the_pixels(words: bytes, form: str) -> bytes:
    """A picture in whose compressed pixels these words stand, as chance may have it."""
    out = BytesIO()
    Image.effect_noise((400, 400), 90).convert("RGB").save(out, form, quality=95)
    content = out.getvalue()
    middle = len(content) // 2
    return content[:middle] + words + content[middle + len(words) :]


def test_words_that_chance_writes_among_the_pixels_of_a_photo_are_no_page():
    with_words = among_the_pixels(b"<svg onload", "JPEG")
    assert opened(clean_photo(SimpleUploadedFile("p.jpg", with_words))).size == (400, 400)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), quality=st.integers(30, 98), progressive=st.booleans())
def test_of_a_plain_photo_nothing_that_is_looked_at_is_pixels(seed, quality, progressive):
    noise = Image.frombytes("RGB", (320, 320), random.Random(seed).randbytes(320 * 320 * 3))
    out = BytesIO()
    noise.save(out, "JPEG", quality=quality, progressive=progressive)
    middle = list(image_parts.beside_the_pixels(out.getvalue()))[2:]
    assert sum(map(len, middle)) < 4000  # tables and heads; the pixels are tens of kilobytes


@pytest.mark.parametrize(
    ("form", "save"),
    [("PNG", {}), ("WEBP", {"lossless": True}), ("HEIF", {"quality": 95}), ("AVIF", {"quality": 95})],
)
def test_nor_of_other_kinds(form, save):
    image_kinds.prepare(form)
    out = BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(out, form, **save)
    assert len(out.getvalue()) > 30_000
    middle = list(image_parts.beside_the_pixels(out.getvalue()))[2:]
    assert sum(map(len, middle)) < 4000


@pytest.mark.parametrize("form", image_kinds.ACCEPTED)
def test_a_page_in_the_metadata_of_each_kind_is_refused(form):
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>" + " " * 20
    with pytest.raises(Invalid, match="more than a photo"):
        clean_photo(upload(form, size=(900, 900), exif=exif))


def test_a_page_at_the_beginning_of_a_film_behind_a_photo_is_refused():
    original = upload()
    original.seek(0, 2)
    original.write(b"<html><p>hello" + random.Random(1).randbytes(100_000))
    with pytest.raises(Invalid, match="more than a photo"):
        clean_photo(original)


def test_a_page_in_the_comment_of_a_photo_is_refused():
    with pytest.raises(Invalid, match="more than a photo"):
        clean_photo(upload(comment=b"<script src=x></script>"))


def test_a_document_in_the_head_of_a_photo_is_refused():
    with pytest.raises(Invalid, match="more than a photo"):
        clean_photo(upload(comment=b"%PDF-1.7"))


def bomb(width: int, height: int) -> SimpleUploadedFile:
    """A PNG of a few bytes that says it is this large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return SimpleUploadedFile(
        "bomb.png",
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b""),
    )


@pytest.mark.parametrize("side", [10_000, 60_000])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_of_a_hundred_megapixels_and_more_is_refused(side):
    with pytest.raises(Invalid, match="too big"):
        clean_photo(bomb(side, side))


def test_it_is_turned_as_the_phone_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6

    assert opened(clean_photo(upload(exif=exif))).size == (40, 60)


def test_a_large_one_is_made_smaller():
    assert opened(clean_photo(upload(size=(4000, 1000)))).size == (1600, 400)


def test_see_through_becomes_white():
    image = opened(clean_photo(upload("PNG", mode="RGBA", colour=(255, 0, 0, 0))))

    assert min(image.getpixel((5, 5))) > 250


def test_its_name_tells_nothing_and_cannot_be_guessed():
    first, second = clean_photo(upload()), clean_photo(upload())

    assert first.name != second.name
    assert len(first.name) == 20
    assert "IMG" not in first.name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 50,
    ],
)
def test_what_is_no_photo_is_refused(content):
    with pytest.raises(Invalid, match="not a photo"):
        clean_photo(SimpleUploadedFile("p.jpg", content))


def test_too_many_bytes_are_refused_unread(monkeypatch):
    monkeypatch.setattr(images, "MAX_BYTES", 100)

    with pytest.raises(Invalid, match="too big"):
        clean_photo(upload())


def test_too_many_pixels_are_refused_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 1000)

    with pytest.raises(Invalid, match="too big"):
        clean_photo(upload())
