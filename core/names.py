"""Names and other short texts by which people and places are told apart by others: what is seen is all there is.

One rule: compatibility forms of letters and digits are folded (NFKC; Chinese punctuation stays), spaces are single,
control, format and direction characters are dropped (a name may not turn the text around it, nor pretend to be
another), and something must be left to see.
"""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

ZERO_WIDTH_JOINER, VARIATION_SELECTOR = "\u200d", "\ufe0f"
_DROPPED = {"Cc", "Cf", "Cs"}
# Letters and symbols by their category that show nothing: Hangul fillers, blank braille.
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"

NOTHING_TO_SEE = _("Enter something that can be seen.")


def clean_name(text: str) -> str:
    """The text as others will see it; "" when there is nothing to see."""
    text = " ".join("".join(map(_folded, unicodedata.normalize("NFC", text))).split())
    kept = "".join(char for n, char in enumerate(text) if _stays(text, n))
    kept = " ".join(kept.split())
    return kept if any(unicodedata.category(char)[0] in "LNPS" for char in kept) else ""


def _folded(char: str) -> str:
    """Ａ and ① as A and 1; （ is how Chinese writes a bracket, and stays."""
    return unicodedata.normalize("NFKC", char) if unicodedata.category(char)[0] in "LNZ" else char


def _stays(text: str, n: int) -> bool:
    char = text[n]
    if char == ZERO_WIDTH_JOINER:  # it holds 👩‍🚀 together, and is nothing elsewhere
        return 0 < n < len(text) - 1 and _is_emoji(text[n - 1]) and _is_emoji(text[n + 1])
    return char not in _BLANK and unicodedata.category(char) not in _DROPPED


def _is_emoji(char: str) -> bool:
    return char == VARIATION_SELECTOR or unicodedata.category(char) in {"So", "Sk"}


class NameFormField(forms.CharField):
    """One line that others know somebody or something by."""

    def to_python(self, value):
        text = super().to_python(value)
        if "\0" in text:
            return text  # refused by the validator of every CharField
        cleaned = clean_name(text)
        if text and not cleaned:
            raise ValidationError(NOTHING_TO_SEE, code="invisible")
        return cleaned


class NameField(models.CharField):
    """A CharField that is stored only as `clean_name` leaves it, whoever writes it; forms complain where nothing is
    left."""

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_name(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        return super().get_db_prep_save(clean_name(value) if isinstance(value, str) else value, connection)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": NameFormField, **kwargs})

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the column is an ordinary one
