"""Settle the ticket, and say what was done."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from exceptions.actions.base import Action, Line, Outcome, Place, Preview, Resolving
from exceptions.actions.resolve import texts
from exceptions.actions.resolve.form import ResolveForm
from exceptions.actions.resolve.notification import NOTIFICATIONS
from exceptions.detection.alarms import alarm_of, repeat_after
from exceptions.events import TicketResolved
from exceptions.models import Ticket


class Resolve(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "d"
    place = Place.END
    resolving = Resolving.NEVER
    entry_kind = "resolved"
    event = TicketResolved
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = ResolveForm

    def available(self, ticket: Ticket, actor: Actor) -> str:
        return "" if ticket.is_unresolved else _("The ticket is settled.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        lines = [
            Line(_("The ticket leaves the queue. Both parties are told and may reopen it within 7 days.")),
        ]
        alarm = alarm_of(ticket.type_id, ticket.order.status)
        if alarm and getattr(ticket.order, alarm.field) is None:
            minutes = int(repeat_after(alarm, ticket.campus_id).total_seconds() // 60)
            lines.append(Line(_("If nothing moves, it rings again in %(n)s min.") % {"n": minutes}))
        return Preview(lines)

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        ticket.resolve(params["resolution"])
        return Outcome({}, params["resolution"])
