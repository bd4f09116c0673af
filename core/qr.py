"""Squares to be scanned, drawn as SVG inside the page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def square(text: str) -> SafeString:
    """The text as a QR code that keeps its white margin in the dark theme too; it fills its box."""
    drawn = segno.make(text, error="m", micro=False)
    return mark_safe(
        drawn.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff")
    )
