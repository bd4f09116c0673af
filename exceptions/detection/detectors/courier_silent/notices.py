"""What a courier is asked of whom nothing is heard."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from exceptions.models import Watch
from notifications import kinds
from notifications.kinds import Topic
from notifications.models import Notice
from notifications.services import notify

KIND = "courier_silent"
kinds.add(KIND, Topic.JOBS, severity=2)


def ask(watch: Watch) -> None:
    """One push for each time that it falls silent: a tap on it is the answer."""
    leg = watch.leg
    user = leg.courier.user
    with in_language_of(user):
        notify(
            user=user, kind=KIND, level=Notice.Level.INFO, title=_("All well? Nothing has come from your phone"),
            body=_("Tap once to say that you go on with %(what)s. If something is wrong, tell us there.")
            % {"what": watch.order.summary},
            link=reverse("delivery:job", args=[leg.no]), about=watch.order.no,
            key=f"{KIND}:{watch.pk}:{watch.step_at.isoformat()}",
        )  # fmt: skip
