"""Photos of every kind that phones take: one kind comes out, without where it was taken; of others one learns what to do."""

import struct
import subprocess
import sys
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from core import image_kinds, images
from core.errors import Invalid
from core.images import clean_photo
from tests.core.test_images import opened, upload

WHERE = {1: "N", 2: (31.0, 1.0, 2.5), 3: "E", 4: (121.0, 26.0, 3.5)}
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>31,1.0417N</exif:GPSLatitude></x:xmpmeta>"


def taken_somewhere(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretPhone"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(WHERE)
    return exif


def coordinates(file) -> dict:
    file.seek(0)
    with Image.open(file) as image:
        return dict(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))


def from_phone(form: str, **save) -> SimpleUploadedFile:
    return upload(form, exif=taken_somewhere(**save).tobytes())


@pytest.mark.parametrize("form", image_kinds.ACCEPTED)
def test_each_kind_becomes_a_jpeg(form):
    image = opened(clean_photo(upload(form)))

    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (60, 40))
    assert image.getpixel((30, 20))[0] > 240 > 30 > image.getpixel((30, 20))[1]  # as red as it was


@pytest.mark.parametrize("form", image_kinds.ACCEPTED)
def test_where_and_with_what_it_was_taken_is_forgotten(form):
    original = from_phone(form)
    assert coordinates(original)[2] == (31.0, 1.0, 2.5)  # a reader finds them: the test would see them
    original.seek(0)
    assert b"SecretPhone" in original.read()

    cleaned = clean_photo(original)

    assert coordinates(cleaned) == {}
    cleaned.seek(0)
    image = opened(cleaned)
    assert not image.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile"} & set(image.info)


def packet(form: str) -> dict:
    """How Pillow is told to write XMP into a file of this kind."""
    if form != "PNG":
        return {"xmp": XMP}
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return {"pnginfo": info}


@pytest.mark.parametrize("form", image_kinds.ACCEPTED)
def test_so_is_what_editors_write_beside_exif(form):
    original = upload(form, **packet(form))
    assert b"GPSLatitude" in original.read()

    assert b"GPSLatitude" not in clean_photo(original).read()


@pytest.mark.parametrize("form", image_kinds.ACCEPTED)
@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))]
)
def test_each_kind_is_turned_once_as_the_phone_was_held(form, orientation, size):
    assert opened(clean_photo(from_phone(form, orientation=orientation))).size == size


@pytest.mark.parametrize("form", image_kinds.ACCEPTED)
def test_each_kind_is_made_smaller(form):
    assert opened(clean_photo(upload(form, size=(2400, 600)))).size == (1600, 400)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF", "AVIF"])
def test_of_each_kind_what_one_sees_through_becomes_white(form):
    image = opened(clean_photo(upload(form, mode="RGBA", colour=(255, 0, 0, 0))))

    assert min(image.getpixel((5, 5))) > 250


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_a_photo_in_each_mode_of_the_new_kinds_is_read(form, mode):
    assert opened(clean_photo(upload(form, mode=mode, colour=None))).mode == "RGB"


@pytest.mark.parametrize("form", image_kinds.ACCEPTED)
def test_of_each_kind_too_many_pixels_are_refused_before_they_are_unpacked(form, monkeypatch):
    original = upload(form)
    monkeypatch.setattr(images, "MAX_PIXELS", 1000)
    monkeypatch.setattr(images, "_draw", lambda *given: pytest.fail("unpacked"))

    with pytest.raises(Invalid, match="too big"):
        clean_photo(original)


def test_a_heic_that_holds_more_pixels_than_it_says_is_refused():
    content = upload("HEIF", size=(640, 480)).read()
    lie = content.replace(struct.pack(">II", 640, 480), struct.pack(">II", 64, 48))
    assert lie != content

    with pytest.raises(Invalid, match="cannot be read"):
        clean_photo(SimpleUploadedFile("a.heic", lie))


def renamed(content: bytes, brand: bytes) -> SimpleUploadedFile:
    """The file with another first brand, as other writers have it."""
    return SimpleUploadedFile("IMG_0001.HEIC", content[:8] + brand + content[12:])


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heic_is_known_by_each_of_its_brands(brand):
    assert opened(clean_photo(renamed(upload("HEIF").read(), brand))).size == (60, 40)


@pytest.mark.parametrize("brand", [b"avif", b"mif1"])
def test_avif_is_known_by_each_of_its_brands(brand):
    assert opened(clean_photo(renamed(upload("AVIF").read(), brand))).size == (60, 40)


@pytest.mark.parametrize("form", image_kinds.ACCEPTED)
def test_of_half_a_photo_one_learns_what_to_do(form):
    image_kinds.prepare(form)
    out = BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(out, form)

    with pytest.raises(Invalid, match="screenshot") as refused:
        clean_photo(SimpleUploadedFile("p", out.getvalue()[: len(out.getvalue()) // 3]))
    assert refused.value.code == "damaged_photo"


OTHERS = {
    "GIF": b"GIF89a" + b"\0" * 50,
    "BMP": b"BM" + b"\0" * 50,
    "TIFF": b"II*\0" + b"\0" * 50,
    "JPEG XL": b"\xff\x0a" + b"\0" * 50,
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "PDF": b"%PDF-1.7",
    "MP4": b"\0\0\0\x14ftypisom\0\0\2\0mp41",
    "AVI": b"RIFF\0\0\0\0AVI LIST",
    "WebM": b"\x1aE\xdf\xa3" + b"\0" * 20,
}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_file_of_another_kind_is_called_by_its_name(kind):
    with pytest.raises(Invalid, match=f"This is {kind}, not a photo.*screenshot"):
        clean_photo(SimpleUploadedFile("IMG_0001.jpg", OTHERS[kind]))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "截图"),
        (OTHERS["GIF"], "GIF.*截图"),
        (b"\xff\xd8\xff" + b"\0" * 99, "截图"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50, "HEIC.*兼容性最佳"),
    ],
)
def test_the_cure_is_told_in_chinese(content, words):
    with translation.override("zh-hans"), pytest.raises(Invalid, match=words):
        clean_photo(SimpleUploadedFile("p.jpg", content))


def test_only_who_is_sent_a_heic_loads_its_library():
    program = (
        "import sys, django; django.setup()\n"
        "from django.core.files.uploadedfile import SimpleUploadedFile as F\n"
        "from core.images import clean_photo\n"
        "clean_photo(F('a.jpg', open(0, 'rb').read()))\n"
        "print('pillow_heif' in sys.modules)"
    )
    for form, loaded in (("JPEG", "False"), ("AVIF", "False"), ("HEIF", "True")):
        content = upload(form).read()
        done = subprocess.run([sys.executable, "-c", program], input=content, capture_output=True, check=True)
        assert done.stdout.decode().strip() == loaded, form
