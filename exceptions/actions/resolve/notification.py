"""Both parties are told what was done, and the customer that it may be opened again."""

from django.utils.translation import gettext as _

from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import resolution_text
from exceptions.tickets.notifications import GOOD, Notification


def _resolved(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    title = _("Settled: %(type)s") % {"type": entry.ticket.type.name}
    body = resolution_text(entry.ticket)
    if party == Party.CUSTOMER:
        body += " " + _("How did we do? Not right yet? Open it again within 7 days.")
    return title, body, GOOD


NOTIFICATIONS = {"resolved": Notification(_resolved, traits={"waits": True})}
