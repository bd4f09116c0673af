"""The log of what staff did in the admin. It names rows by number: a name would outlive its person's erasure."""

import json
from collections.abc import Iterable

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def write(
    actor_pk: int, rows: Iterable[Model], message: str | list = "", flag: int = CHANGE
) -> list[LogEntry]:
    """One entry for each row. `message` is a sentence, or what Django's admin makes of a form."""
    message = _without_names(message) if isinstance(message, list) else message
    entries = [
        LogEntry(
            user_id=actor_pk,
            content_type=ContentType.objects.get_for_model(row, for_concrete_model=False),
            object_id=row.pk,
            object_repr=f"#{row.pk}",
            action_flag=flag,
        )
        for row in rows
    ]
    for entry in entries:
        entry.change_message = message if isinstance(message, str) else json.dumps(message)
        entry.save()
    return entries


def _without_names(message: list) -> list:
    """[{"added": {"name": "role", "object": "Lin · support"}}] → the same with "—" for whose it is."""
    return [
        {act: said | {"object": "—"} if "object" in said else said for act, said in part.items()}
        for part in message
    ]


class NumberedLog:
    """A mixin of ModelAdmin: what it logs names no one."""

    def log_addition(self, request, obj, message):
        return write(request.user.pk, [obj], message, ADDITION)[0]

    def log_change(self, request, obj, message):
        return write(request.user.pk, [obj], message, CHANGE)[0]

    def log_deletions(self, request, queryset):
        return write(request.user.pk, queryset, flag=DELETION)
