"""Hours of the week as a column, and as fields of forms."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.hours import reading
from core.hours.week import WeeklyHours

HELP = gettext_lazy(
    "For example: Mon–Fri 08:00–12:00, 14:00–18:00; Sat 18:00–02:00; Sun 24 hours; holidays closed. "
    "What begins in the evening belongs to that day. Without a line of their own, holidays are as Sundays, "
    "and make-up workdays are as weekdays."
)


class _HoursAttribute(DeferredAttribute):
    """What is assigned as text is hours at once: `RelayStation(hours="12345 08:00-20:00").hours.is_open(…)`."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, str):  # "" is what a new row has of a field without a default
            value = reading.stored(value) if value else None
        instance.__dict__[self.field.attname] = value


class HoursField(models.TextField):
    """A `WeeklyHours`, kept as the text that `str()` of it gives. Its default is such a text."""

    descriptor_class = _HoursAttribute
    description = gettext_lazy("Hours of the week")

    def from_db_value(self, value: str | None, expression: object, connection: object) -> WeeklyHours | None:
        return None if value is None else reading.stored(value)

    def to_python(self, value: Any) -> WeeklyHours | None:
        return (reading.read(value) if value else None) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(reading.stored(value) if isinstance(value, str) else value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(
            **{"form_class": HoursFormField, "help_text": self.help_text or HELP, **kwargs}
        )


class HoursFormField(forms.CharField):
    """Asks for hours in words. A page shows them as they were understood."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": HELP} | kwargs)
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value: Any) -> Any:
        return value.label if isinstance(value, WeeklyHours) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return reading.read(text) if text else None

    def run_validators(self, value: Any) -> None:
        """Reading it was all; the validators of a text ask for its length."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return str(self.to_python(data) or "") != str(initial or "")
        except ValidationError:
            return True


def times_of(hours: WeeklyHours) -> tuple[time, time]:
    """The two times of day of hours that are the same block every day; midnight is 00:00."""
    piece = hours.blocks(1)[0]
    return time(piece.start // 60, piece.start % 60), time(piece.end // 60 % 24, piece.end % 60)


def daily_hours(start: time, end: time) -> WeeklyHours:
    """The same block every day; an end before the start is on the next day. Raises ValidationError if they are equal."""
    if start == end:
        raise ValidationError(_("It ends when it begins. Choose another time, or switch it off."))
    return WeeklyHours.daily(start.hour * 60 + start.minute, end.hour * 60 + end.minute)
