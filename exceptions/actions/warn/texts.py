"""Facts of its entry: {points, taken, ruling}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind

LABEL = gettext_lazy("Warn the courier")
ICON = "report"


def points_taken(entry: TicketEvent) -> str:
    """How many credit points it cost; empty for a mere warning."""
    points = entry.data.get("points", 0)
    if not points:
        return ""
    return ngettext("%(n)s credit point taken", "%(n)s credit points taken", points) % {"n": points}


def _warned(entry: TicketEvent, party: Party | None) -> str:
    return points_taken(entry) or _("A warning: the first one, it costs nothing")


ENTRIES = {"warn": EntryKind(_warned, ICON, level="warn", undone_name=gettext_lazy("the warning"))}
