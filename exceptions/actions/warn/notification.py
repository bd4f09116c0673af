"""The courier is told why, and what it costs."""

from django.utils.translation import gettext as _

from exceptions.actions.warn.texts import points_taken
from exceptions.models import Party, TicketEvent
from exceptions.tickets.notifications import WARN, Notification


def _warned(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    if points := points_taken(entry):
        return points, entry.text, WARN
    body = _("This is the first time, so it costs nothing: %(reason)s") % {"reason": entry.text}
    return _("Please take care: a warning"), body, WARN


NOTIFICATIONS = {"warn": Notification(_warned)}
