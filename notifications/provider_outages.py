"""What notifications says of itself, to the supervisors: a provider does not answer, a provider answers again."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import in_language_of
from accounts.permissions import supervisors
from core import clock
from core.events import subscribe
from notifications import kinds
from notifications.events import CircuitClosed, CircuitOpened
from notifications.kinds import Topic
from notifications.models import Circuit, Notice
from notifications.services import notify

kinds.add("platform", Topic.PLATFORM, severity=2)


@subscribe(CircuitOpened)
def circuit_opened(event: CircuitOpened) -> None:
    """Notify the supervisors that messages wait."""
    circuit = Circuit.objects.get(pk=event.circuit)
    since = event.since
    for user in supervisors():
        with in_language_of(user):
            _tell(
                user,
                _("%(provider)s does not answer: %(channel)s waits")
                % {"provider": circuit.provider, "channel": circuit.get_channel_display()},
                _("Since %(time)s: %(error)s. Nothing is lost; it is tried again every two minutes.")
                % {"time": clock.hour_minute(since), "error": circuit.error},
                Notice.Level.WARN,
                key=f"circuit-opened:{circuit.provider}:{event.since.isoformat()}",
            )


@subscribe(CircuitClosed)
def circuit_closed(event: CircuitClosed) -> None:
    """Notify the supervisors that what waited is being sent."""
    circuit = Circuit.objects.get(pk=event.circuit)
    for user in supervisors():
        with in_language_of(user):
            _tell(
                user,
                _("%(provider)s answers again") % {"provider": circuit.provider},
                _("%(n)s messages waited; what is still of use is being sent.") % {"n": event.waiting},
                Notice.Level.GOOD,
                key=f"circuit-closed:{circuit.provider}:{event.since.isoformat()}",
            )


def _tell(user, title: str, body: str, level: str, *, key: str) -> None:
    link = reverse("admin:notifications_send_changelist")
    notify(user=user, kind="platform", title=title, body=body, level=level, link=link, key=key)
