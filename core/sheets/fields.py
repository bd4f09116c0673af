"""Form fields for the cells of a sheet: they forgive what people and spreadsheet programs add to a figure or a word."""

import re
from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.text_input import figures, plain

Text = str | Promise
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.0+)?", re.ASCII)


def normal(text: Text) -> str:
    """Words as they are compared: any width, any case, with or without spaces."""
    return "".join(plain(str(text)).casefold().split())


def in_every_language(text: Text) -> set[str]:
    """A translatable text in the languages of the product, as `normal` leaves it."""
    names = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names.add(normal(text))
    return names


class WholeNumberField(forms.IntegerField):
    """A whole number: digits of any width, commas for thousands, "12.0"."""

    default_error_messages = {"invalid": _("Enter a whole number, such as 12.")}

    def to_python(self, value):
        text = figures(str(value))
        if THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        return super().to_python(text)


class PercentField(WholeNumberField):
    """Percent as a whole number, with or without the sign: 80 and 80% are the same."""

    def to_python(self, value):
        return super().to_python(figures(str(value)).removesuffix("%"))


class LabelField(forms.ChoiceField):
    """One of some choices, by its name in any language of the product or by its value."""

    def __init__(self, *, choices: Iterable[tuple[str, Text]], **kwargs) -> None:
        super().__init__(choices=choices, **kwargs)

    def to_python(self, value):
        wanted = normal(value)
        for known, label in self.choices:
            if wanted and (wanted == normal(known) or wanted in in_every_language(label)):
                return known
        if not wanted:
            return ""
        names = ", ".join(str(label) for _known, label in self.choices)
        raise ValidationError(
            _("“%(value)s” is none of: %(names)s."),
            "invalid_choice",
            {"value": str(value)[:60], "names": names},
        )
