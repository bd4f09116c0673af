"""Whoever may read it is told that there are news."""

from django.utils.translation import gettext as _

from exceptions.models import Party, TicketEvent
from exceptions.tickets.notifications import INFO, Notification


def _noted(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    return _("News about: %(type)s") % {"type": entry.ticket.type.name}, entry.text, INFO


NOTIFICATIONS = {"note": Notification(_noted)}
