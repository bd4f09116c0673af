"""What people type and paste, as it was meant."""

import unicodedata

from django import forms


def plain(text: str) -> str:
    """Full-width characters become ordinary ones, and marks that nobody sees (such as the direction marks around a number
    that was copied on an iPhone) go."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(char for char in normal if unicodedata.category(char) != "Cf").strip()


class CodeField(forms.RegexField):
    """A code that people type: digits of any width, with or without spaces."""

    def to_python(self, value):
        return "".join(plain(super().to_python(value)).split())
