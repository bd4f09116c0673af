"""The field of a state machine."""

from typing import Any

from django_fsm import FSMField


class StatusField(FSMField):
    """An FSMField that is a plain column in migrations.

    django-fsm-2 connects a receiver for each class with such a field, and migrations make historical classes by the hundred:
    a quarter of the time in which a fresh database is made.
    """

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs
