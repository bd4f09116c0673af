"""Mobile numbers of the mainland, Hong Kong, Macau and Taiwan: however they are typed, one number is stored in one way.

Stored are the mainland's eleven digits as everybody writes them (13800000001), and all others with + and their country
code (+85291234567). Whether a number of the other three is one, `phonenumbers` knows; of the mainland's any that starts
with 13 to 19 is taken, for operators get new ranges before libraries hear of them.
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.text_input import plain

MAX_LENGTH = 16
MAINLAND = re.compile(r"1[3-9]\d{9}", re.ASCII)
ABROAD = re.compile(r"\+(?:852|853|886)\d{8,9}", re.ASCII)
HINT = _("Enter an 11-digit mobile number, or one of Hong Kong, Macau or Taiwan with +852, +853 or +886.")


def parse_phone(text: str) -> str | None:
    """The number as it is stored, or None when it is no mobile number.

    Spaces, dots, dashes, brackets, full-width digits, invisible marks, +86, 0086 and a leading 0 are forgiven.
    """
    typed = re.sub(r"[\s\-‐-―.·()/]", "", plain(text))
    typed = re.sub(r"^(?:tel:)?", "", typed)
    if match := re.fullmatch(r"(?:\+|00)?(?:86)?0?(1[3-9]\d{9})", typed, re.ASCII):
        return match[1]
    if typed.startswith("00"):
        typed = f"+{typed[2:]}"
    if not re.fullmatch(r"\+?(?:852|853|886)\d{8,10}", typed, re.ASCII):
        return None
    return _abroad(f"+{typed.removeprefix('+')}")


def _abroad(number: str) -> str | None:
    import phonenumbers  # its tables are large, and most numbers are the mainland's

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in kinds:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_phone(text: str) -> bool:
    """Whether this is a whole mobile number, and nothing else, however it is typed."""
    return parse_phone(text) is not None


def is_mainland(phone: str) -> bool:
    """Whether a stored number is one of the mainland's."""
    return MAINLAND.fullmatch(phone) is not None


def e164(phone: str) -> str:
    """A stored number with its country code: 13800000001 → +8613800000001."""
    return phone if phone.startswith("+") else f"+86{phone}"


def mask_phone(phone: str | None) -> str:
    """13812342046 → 138****2046. The only form in which a number appears outside a live need."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def validate_phone(value: str) -> None:
    """Raise ValidationError for what is not stored as `parse_phone` leaves it."""
    if not is_mainland(value) and not ABROAD.fullmatch(value):
        raise ValidationError(HINT, code="invalid")


class PhoneFormField(forms.CharField):
    """A mobile number, however people type or paste it."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", _("Mobile number"))
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": 40}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        kwargs["max_length"] = None  # of what is stored, which is shorter than what is typed
        super().__init__(**kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if not text or "\0" in text:
            return text  # NUL is refused by the validator of every CharField
        if (phone := parse_phone(text)) is None:
            raise ValidationError(HINT, code="invalid")
        return phone


class PhoneField(models.CharField):
    """A CharField that holds mobile numbers as `parse_phone` leaves them, whoever writes them."""

    default_validators = [validate_phone]

    def __init__(self, *args, **kwargs) -> None:
        kwargs["max_length"] = MAX_LENGTH
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return (parse_phone(value) or value) if value else value

    def pre_save(self, model_instance, add):
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value):
        """Also of what is looked for: a number finds its owner however it is typed."""
        value = super().get_prep_value(value)
        return (parse_phone(value) or value) if isinstance(value, str) and value else value

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PhoneFormField, **kwargs})

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the column is an ordinary one
