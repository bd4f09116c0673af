"""The customer is told what comes back, and how."""

from django.utils.translation import gettext as _

from core.money import yuan
from exceptions.models import Party, TicketEvent
from exceptions.tickets.notifications import GOOD, MONEY, Notification


def _refunded(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    title = _("%(fen)s comes back to you") % {"fen": yuan(entry.data["fen"])}
    return title, _("It goes the way you paid. %(reason)s") % {"reason": entry.text}, GOOD


NOTIFICATIONS = {"refund": Notification(_refunded, MONEY)}
