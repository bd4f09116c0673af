"""Facts of its entry: {minutes, promised_at, before, late_from_before, stage_before, cause}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from exceptions.models import DelayCause, Party, TicketEvent
from exceptions.tickets.log import EntryKind

LABEL = gettext_lazy("Extend the promised time")
ICON = "more_time"


def cause_of(entry: TicketEvent) -> str:
    """Why, as the customer is told."""
    cause = entry.data.get("cause")
    return str((DelayCause(cause) if cause in DelayCause.values else DelayCause.OTHER).label)


def _extended(entry: TicketEvent, party: Party | None) -> str:
    return _("New promised time %(time)s, %(minutes)s min later: %(cause)s") % {
        "time": clock.day_time(entry.data["promised_at"]),
        "minutes": entry.data["minutes"],
        "cause": cause_of(entry),
    }


ENTRIES = {
    "extend_promise": EntryKind(
        _extended, ICON, undone_name=gettext_lazy("the new promised time"), order_action="extend"
    )
}
