"""The customer is told here too: not everybody looks into the provider's messages."""

from django.utils.translation import gettext as _

from exceptions.actions.answer_complaint.texts import gateway_name
from exceptions.models import Party, TicketEvent
from exceptions.tickets.notifications import INFO, Notification


def _answered(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    title = _("Your complaint at %(gateway)s is answered") % {"gateway": gateway_name(entry.data["gateway"])}
    return title, entry.text, INFO


NOTIFICATIONS = {"answer_complaint": Notification(_answered)}
