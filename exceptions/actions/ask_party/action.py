"""Ask the courier or the customer, with a time limit. Silence is an answer too: the ticket goes back to work."""

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import Actor
from core import clock
from core.errors import WrongState
from exceptions.actions.ask_party import texts
from exceptions.actions.ask_party.form import AskForm
from exceptions.actions.ask_party.notification import NOTIFICATIONS
from exceptions.actions.base import Action, Line, Outcome, Place, Preview, Resolving
from exceptions.models import Party, Ticket, TicketStatus


class AskParty(Action):
    label = texts.LABEL
    icon = texts.ICON
    shortcut = "q"
    place = Place.MENU
    resolving = Resolving.NEVER
    entries = texts.ENTRIES
    notifications = NOTIFICATIONS
    form_class = AskForm

    def available(self, ticket: Ticket, actor: Actor) -> str:
        if not ticket.is_unresolved:
            return _("The ticket is settled.")
        if ticket.status == TicketStatus.WAITING_PARTY:
            return _("Somebody has been asked already.")
        return ""

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        until = clock.day_time(clock.now() + timedelta(minutes=params["minutes"]))
        whom = self._person(ticket, params)
        return Preview(
            [
                Line(
                    _("%(name)s is asked and has until %(time)s to answer.")
                    % {"name": whom.display_name, "time": until},
                    params["party"],
                ),
                Line(_("The solution's clock stands still meanwhile. Without an answer we go on.")),
            ]
        )

    def apply(self, ticket: Ticket, params: dict, *, actor: Actor, key: str) -> Outcome:
        self._person(ticket, params)
        until = clock.now() + timedelta(minutes=params["minutes"])
        ticket.await_party(params["party"], until)
        data = {"party": params["party"], "until": until.isoformat()}
        return Outcome(data, params["text"], params["party"])

    def _person(self, ticket: Ticket, params: dict):
        if params["party"] == Party.CUSTOMER:
            return ticket.order.customer
        if ticket.courier is None:
            raise WrongState(_("There is no courier to ask."))
        return ticket.courier.user
