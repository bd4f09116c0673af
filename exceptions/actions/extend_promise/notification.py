"""The customer is told the new time. (The courier hears of it from dispatch.)"""

from django.utils.translation import gettext as _

from core import clock
from exceptions.actions.extend_promise.texts import cause_of
from exceptions.models import Party, TicketEvent
from exceptions.tickets.notifications import INFO, Notification


def _extended(entry: TicketEvent, party: Party) -> tuple[str, str, str] | None:
    if party == Party.COURIER:
        return None
    title = _("New time for your order: %(time)s") % {"time": clock.day_time(entry.data["promised_at"])}
    body = _("We are sorry: %(cause)s.") % {"cause": cause_of(entry)}
    return title, f"{body} {entry.text}".strip(), INFO


NOTIFICATIONS = {"extend_promise": Notification(_extended)}
