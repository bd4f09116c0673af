"""Facts of its entry: {bonus_fen, courier, before}; the couriers by name."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import yuan
from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind

LABEL = gettext_lazy("Send another courier")
ICON = "swap_horiz"


def _reassigned(entry: TicketEvent, party: Party | None) -> str:
    if party == Party.COURIER:
        return _("The job was given to another courier.")
    if entry.data.get("courier"):
        return _("%(name)s takes over") % {"name": entry.data["courier"]}
    if entry.data.get("bonus_fen") and party is None:
        bonus = yuan(entry.data["bonus_fen"])
        return _("Looking for another courier, with a bonus of %(bonus)s") % {"bonus": bonus}
    return _("Looking for another courier, at the head of the queue")


ENTRIES = {"reassign": EntryKind(_reassigned, ICON)}
