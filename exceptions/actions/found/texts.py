"""Facts of its entry: {slot}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind

LABEL = gettext_lazy("It is found: carry on")
ICON = "inventory"


def _found(entry: TicketEvent, party: Party | None) -> str:
    return _("It is found, and carried on")


ENTRIES = {"found": EntryKind(_found, ICON)}
