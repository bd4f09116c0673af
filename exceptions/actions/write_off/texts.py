"""Facts of its entry: {refund_fen, pay}. The compensation is an entry of its own (`compensate`)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import yuan
from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind, Gain

LABEL = gettext_lazy("The goods are gone: end the order")
ICON = "production_quantity_limits"


def _written_off(entry: TicketEvent, party: Party | None) -> str:
    if party == Party.COURIER:
        return _("The goods are gone. The order has ended.")
    fen = yuan(entry.data["refund_fen"])
    return _("The goods are gone. The order has ended; %(fen)s comes back") % {"fen": fen}


def _back(entry: TicketEvent, party: Party) -> Gain | None:
    if party != Party.CUSTOMER:
        return None
    return Gain(_("Everything you paid comes back"), entry.data["refund_fen"])


ENTRIES = {"write_off": EntryKind(_written_off, ICON, gain=_back)}
