"""Facts of its entry: {place, courier}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind

LABEL = gettext_lazy("Let it go back")
ICON = "keyboard_return"


def _returned(entry: TicketEvent, party: Party | None) -> str:
    return _("It goes back to %(place)s") % {"place": entry.data["place"]}


ENTRIES = {"return_goods": EntryKind(_returned, ICON)}
