"""The platform's own tables in the table of personal data."""

from django.utils.translation import gettext_lazy as _

from core import outbox
from core.models import OutboxEvent
from core.personal_data import Erasure, Keeps, Reader, cut, erases, needles_of, not_personal, personal

personal(
    "core.OutboxEvent", "payload",
    purpose=_("to deliver what happened to every part of the platform"),
    readers=(Reader.SUPERVISORS,), erasure=Erasure.BLANK, keeps=Keeps(period="events", sweep=outbox.tidy),
)  # fmt: skip
personal(
    "core.HandlerRun", "error",
    purpose=_("to find out why something was not delivered"),
    readers=(Reader.SUPERVISORS,), erasure=Erasure.BLANK, keeps=Keeps(period="events", sweep=outbox.tidy),
)  # fmt: skip
not_personal(
    "core.OutboxEvent.name", "core.HandlerRun.handler", "core.Heartbeat",
    "core.Lease", "core.FileDeletion", "core.RetentionRun",
    "core.AttemptCount",  # counts by numbers of rows, for an hour at most

)  # fmt: skip
# Keys of encrypted values and of the framework's tables: no words of a person.
not_personal("contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions")


@erases
def cut_out_of_events(user) -> None:
    """Events hold numbers of rows; where one holds a sentence, the person's name and number are cut out of it."""
    needles = needles_of(user)
    for event in OutboxEvent.objects.filter(payload__user=user.pk) if needles else ():
        OutboxEvent.objects.filter(pk=event.pk).update(payload=cut(event.payload, needles))
