"""No facts: the entry's text is the note."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind, actor_name

LABEL = gettext_lazy("Write a note")
ICON = "sticky_note_2"


def _noted(entry: TicketEvent, party: Party | None) -> str:
    if party is None:
        return _("%(who)s noted") % {"who": actor_name(entry, party)}
    return _("A word from customer service")


ENTRIES = {"note": EntryKind(_noted, ICON)}
