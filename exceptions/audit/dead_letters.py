"""An event that a handler has failed to handle for good: somebody has to look."""

import logging

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.permissions import supervisors
from core import outbox
from notifications.services import notify

logger = logging.getLogger(__name__)


@outbox.on_dead_letter
def handler_gave_up(event, handler: str, error: str) -> None:
    """Nothing is lost, and somebody has to look: every supervisor reads of it, once for each handler and event. The
    page where it is tried again is for superusers: it shows events of all campuses."""
    logger.critical("%s has given up on %s: %s", handler, event, error)
    page = reverse("admin:core_handlerrun_changelist") + "?status__exact=dead"
    for user in supervisors():
        with in_language_of(user):
            notify(
                user=user,
                kind="platform",
                level="warn",
                title=_("A background job has failed for good"),
                body=_("It is kept and can be tried again once the cause is mended: %(handler)s")
                % {"handler": handler},
                link=page if user.is_superuser else reverse("admin:index"),
                key=f"dead-letter:{event.pk}:{handler}",
            )
