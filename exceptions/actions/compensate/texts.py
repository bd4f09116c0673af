"""Facts of its entries: {fen, courier_fen, merchant_fen, ruled_fen, grade, ruling}, and for the courier {fen}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import yuan
from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind, Gain

LABEL = gettext_lazy("Compensate")
ICON = "volunteer_activism"


def _compensated(entry: TicketEvent, party: Party | None) -> str:
    text = _("%(fen)s compensation paid into the wallet") % {"fen": yuan(entry.data["fen"])}
    if party is None and entry.data.get("courier_fen"):
        text += _(" (%(fen)s of it by the courier)") % {"fen": yuan(entry.data["courier_fen"])}
    if party is None and entry.data.get("merchant_fen"):
        text += _(" (%(fen)s of it by the merchant)") % {"fen": yuan(entry.data["merchant_fen"])}
    return text


def _charged(entry: TicketEvent, party: Party | None) -> str:
    return _("%(fen)s of the compensation is taken from the pay of this job") % {
        "fen": yuan(entry.data["fen"])
    }


def _paid(entry: TicketEvent, party: Party) -> Gain:
    return Gain(_("Compensation, in your wallet"), entry.data["fen"])


def _taken(entry: TicketEvent, party: Party) -> Gain:
    return Gain(_("Taken from the pay of this job"), -entry.data["fen"])


ENTRIES = {
    "compensate": EntryKind(_compensated, ICON, gain=_paid),
    "charged": EntryKind(_charged, "payments", level="warn", gain=_taken),
}
