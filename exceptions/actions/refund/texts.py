"""Facts of its entry: {fen, source, ruling}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import yuan
from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind, Gain

LABEL = gettext_lazy("Refund")
ICON = "currency_exchange"


def _refunded(entry: TicketEvent, party: Party | None) -> str:
    return _("%(fen)s refunded") % {"fen": yuan(entry.data["fen"])}


def _back(entry: TicketEvent, party: Party) -> Gain:
    return Gain(_("Refund, the way you paid"), entry.data["fen"])


ENTRIES = {"refund": EntryKind(_refunded, ICON, gain=_back)}
