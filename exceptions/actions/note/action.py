"""Write something down: for colleagues, or for a party to read. What nobody outside reads is no answer."""

from django.utils.translation import gettext as _

from accounts.models import Actor
from exceptions.actions.base import Action, Line, Outcome, Place, Preview, Resolving
from exceptions.actions.note import texts
from exceptions.actions.note.form import NoteForm
from exceptions.actions.note.notification import NOTIFICATIONS
from exceptions.models import Ticket, TicketEvent

Audience = TicketEvent.Audience


class Note(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = ""
    place = Place.NONE
    resolving = Resolving.NEVER
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = NoteForm

    def answers(self, params: dict) -> bool:
        return params["audience"] != Audience.OPERATORS

    def available(self, ticket: Ticket, actor: Actor) -> str:
        return ""

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        told = {
            Audience.OPERATORS: _("Only operators read it."),
            Audience.CUSTOMER: _("The customer reads it and gets a notice."),
            Audience.COURIER: _("The courier reads it and gets a notice."),
            Audience.EVERYONE: _("Customer and courier read it and get a notice."),
        }
        return Preview([Line(told[Audience(params["audience"])])])

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        return Outcome({}, params["text"], params["audience"])
