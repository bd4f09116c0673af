"""The customer is told what they got; a courier who bears a part of it, that, and how to object."""

from django.utils.translation import gettext as _

from core.money import yuan
from exceptions.models import Party, TicketEvent
from exceptions.tickets.notifications import GOOD, MONEY, WARN, Notification


def _compensated(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    title = _("%(fen)s compensation is in your wallet") % {"fen": yuan(entry.data["fen"])}
    name = entry.ticket.type.name
    return title, _("%(type)s. %(text)s") % {"type": name, "text": entry.text} if entry.text else name, GOOD


def _charged(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    title = _("%(fen)s is taken from the pay of a job") % {"fen": yuan(entry.data["fen"])}
    body = _("It goes to the customer: %(type)s. If you see it otherwise, answer in the ticket.")
    return title, body % {"type": entry.ticket.type.name}, WARN


NOTIFICATIONS = {"compensate": Notification(_compensated, MONEY), "charged": Notification(_charged)}
