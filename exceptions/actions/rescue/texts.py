"""Facts of its entries: {leg, courier, before, place, way, minutes, promised_at, giver_fen, extra_fen}, the couriers by name;
and of one that failed {courier, outcome}."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from delivery.models import Rescue
from exceptions.models import Party, TicketEvent
from exceptions.tickets.log import EntryKind

LABEL = gettext_lazy("Let another courier fetch it")
ICON = "moved_location"


def _rescued(entry: TicketEvent, party: Party | None) -> str:
    facts = entry.data | {"time": clock.day_time(entry.data["promised_at"])}
    if party == Party.CUSTOMER:
        return _("Another courier fetches it from the first one; it is with you by %(time)s") % facts
    if party == Party.COURIER:
        return _("%(courier)s fetches it near %(place)s") % facts
    return _("%(courier)s fetches it from %(before)s near %(place)s; promised by %(time)s") % facts


def _failed(entry: TicketEvent, party: Party | None) -> str:
    return {
        Rescue.Outcome.NOT_THERE: _("%(courier)s found neither goods nor courier there"),
        Rescue.Outcome.DECLINED: _("%(courier)s cannot fetch it"),
        Rescue.Outcome.CALLED_OFF: _("%(before)s brings it after all: %(courier)s need not come"),
    }[Rescue.Outcome(entry.data["outcome"])] % entry.data


ENTRIES = {
    "rescue": EntryKind(_rescued, ICON, undone_name=gettext_lazy("the rescue")),
    "unrescued": EntryKind(_failed, "location_off", tone="hot"),
}
