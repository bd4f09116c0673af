"""State machines: their field, and the transaction in which they move."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django_fsm import FSMField, TransitionNotAllowed

from core.errors import WrongState


class StatusField(FSMField):
    """An FSMField that is a plain column in migrations.

    django-fsm-2 connects a receiver for each class with such a field, and migrations make historical classes by the hundred:
    a quarter of the time in which a fresh database is made.
    """

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


@contextmanager
def transitions() -> Iterator[None]:
    """One transaction; a transition in it that the present state does not allow becomes a `WrongState`.

    Orders, legs and tickets are changed alike: `lock_order`, `lock_leg`, `lock_ticket` lock their row in such a block, and
    `save_transition(row, action, *, actor, role, data, event, …)` saves it with its history and event, and publishes it.
    """
    try:
        with transaction.atomic():
            yield
    except TransitionNotAllowed as error:
        raise WrongState from error
