"""Whoever is asked hears of it at once: silence is taken for an answer."""

from datetime import timedelta

from django.utils.translation import gettext as _

from core import clock
from exceptions.models import Party, TicketEvent
from exceptions.tickets.notifications import NEEDED, WARN, Notification


def _asked(entry: TicketEvent, party: Party) -> tuple[str, str, str]:
    title = _("A question for you, answer by %(time)s") % {"time": clock.day_time(entry.data["until"])}
    return title, entry.text, WARN


NOTIFICATIONS = {"ask_party": Notification(_asked, NEEDED, {"severity": 2, "useful": timedelta(hours=1)})}
