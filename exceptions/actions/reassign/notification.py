"""The customer is told, unless dispatch says that the courier has changed."""

from django.utils.translation import gettext as _

from exceptions.models import Party, TicketEvent
from exceptions.tickets.notifications import INFO, Notification


def _reassigned(entry: TicketEvent, party: Party) -> tuple[str, str, str] | None:
    if party == Party.COURIER or entry.data.get("before"):
        return None
    return _("We are finding you a courier"), _("Your order is at the head of the queue now."), INFO


NOTIFICATIONS = {"reassign": Notification(_reassigned)}
