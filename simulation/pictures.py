"""Small drawn photos, where a person would have used the camera."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw


def parcel() -> ContentFile:
    """A cardboard box on a table, as a JPEG."""
    image = Image.new("RGB", (480, 360), (236, 238, 233))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((120, 60, 360, 300), 18, fill=(222, 196, 150), outline=(138, 110, 70), width=4)
    draw.line((120, 150, 360, 150), fill=(138, 110, 70), width=6)
    draw.line((240, 60, 240, 300), fill=(138, 110, 70), width=6)
    return _taken(image)


def student_card() -> ContentFile:
    """A card with a small portrait and lines where name and number stand."""
    image = Image.new("RGB", (640, 480), (205, 211, 208))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((70, 90, 570, 400), 22, fill=(250, 251, 250), outline=(150, 160, 155), width=3)
    draw.rounded_rectangle((70, 90, 570, 150), 22, fill=(11, 122, 95))
    _head(draw, 165, 265, 52)
    for y, width in [(205, 260), (250, 210), (295, 240), (340, 160)]:
        draw.rounded_rectangle((270, y, 270 + width, y + 18), 9, fill=(198, 206, 202))
    return _taken(image)


def face() -> ContentFile:
    """The same person in front of a wall."""
    image = Image.new("RGB", (480, 640), (226, 231, 229))
    _head(ImageDraw.Draw(image), 240, 300, 150)
    return _taken(image)


def _head(draw: ImageDraw.ImageDraw, x: int, y: int, size: int) -> None:
    shirt, skin, hair = (29, 95, 208), (238, 200, 170), (46, 36, 30)
    draw.rounded_rectangle((x - size, y + size, x + size, y + 2.2 * size), size // 2, fill=shirt)
    draw.ellipse((x - 0.7 * size, y - size, x + 0.7 * size, y + size), fill=skin)
    draw.pieslice((x - 0.75 * size, y - 1.1 * size, x + 0.75 * size, y + 0.6 * size), 180, 360, fill=hair)
    for side in (-1, 1):
        middle = x + side * 0.28 * size
        draw.ellipse((middle - size / 12, y, middle + size / 12, y + size / 6), fill=hair)
    draw.arc(
        (x - 0.3 * size, y + 0.3 * size, x + 0.3 * size, y + 0.65 * size),
        20,
        160,
        fill=hair,
        width=max(size // 25, 2),
    )


def _taken(image: Image.Image) -> ContentFile:
    data = BytesIO()
    image.save(data, "JPEG", quality=80)
    return ContentFile(data.getvalue(), name="photo.jpg")
