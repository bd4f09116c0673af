"""What people type and paste, as it was meant."""

import unicodedata

from django import forms

# Full-width forms of ASCII, and the space that is as wide.
_WIDE = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20, 0xFFE5: 0xA5}


def figures(text: str) -> str:
    """What is typed as a number: digits and marks of any width, without marks that nobody sees. Nothing else is taken for
    a digit, as `plain` would take the "²" of "5²"."""
    return "".join(char for char in text.translate(_WIDE) if unicodedata.category(char) != "Cf").strip()


def plain(text: str) -> str:
    """Full-width characters become ordinary ones, and marks that nobody sees (such as the direction marks around a number
    that was copied on an iPhone) go."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(char for char in normal if unicodedata.category(char) != "Cf").strip()


def code(text: str) -> str:
    """A code that people type or copy: digits of any width, with or without spaces between them."""
    return "".join(plain(text).split())


class CodeField(forms.RegexField):
    """A form field for a `code`."""

    def to_python(self, value):
        return code(super().to_python(value))
