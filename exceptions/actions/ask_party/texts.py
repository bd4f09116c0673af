"""Facts of its entry: {party, until}; its text is the question."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind

LABEL = gettext_lazy("Ask")
ICON = "contact_support"
# Where the type has no question of its own for the courier.
WHAT_HOLDS_YOU_UP = gettext_lazy("What holds you up, and by when can you be there?")


def _asked(entry: TicketEvent, party: Party | None) -> str:
    until = clock.day_time(entry.data["until"])
    if party == entry.data["party"]:
        return _("We ask you for an answer by %(time)s") % {"time": until}
    if entry.data["party"] == Party.COURIER:
        return _("The courier was asked, answer by %(time)s") % {"time": until}
    return _("The customer was asked, answer by %(time)s") % {"time": until}


ENTRIES = {"ask_party": EntryKind(_asked, ICON, level="warn")}
