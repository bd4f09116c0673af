"""Facts of its entry: {refund_fen}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import yuan
from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind, Gain

LABEL = gettext_lazy("Cancel the order free of charge")
ICON = "block"


def _cancelled(entry: TicketEvent, party: Party | None) -> str:
    return _("The order was cancelled; %(fen)s comes back") % {"fen": yuan(entry.data["refund_fen"])}


def _back(entry: TicketEvent, party: Party) -> Gain | None:
    if party != Party.CUSTOMER:
        return None
    return Gain(_("Everything you paid comes back"), entry.data["refund_fen"])


ENTRIES = {"cancel_order": EntryKind(_cancelled, ICON, gain=_back)}
