"""Ask the courier or the customer, with a time limit. Silence is an answer too: the ticket goes back to work."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import WrongState
from exceptions.actions.base import Line, Outcome, Preview, Step, StepForm
from exceptions.models import Party, Ticket, TicketStatus
from exceptions.tickets.wording import clock_time

# What is asked of whom first, by the type of exception.
_ASK_CUSTOMER = {
    "customer_unreachable": gettext_lazy(
        "Your courier is at the door and cannot reach you. Where can you meet?"
    ),
    "wrong_address": gettext_lazy("Which building and room should it go to?"),
    "address_change": gettext_lazy("Which building and room should it go to?"),
    "customer_refused": gettext_lazy("Why do you not want to take it?"),
    "pickup_code_wrong": gettext_lazy("The pickup code does not work. Can you send the right one?"),
    "merchant_closed": gettext_lazy("The shop is closed. Should we try another one, or cancel?"),
    "sold_out": gettext_lazy("It is sold out. Should we take something else, or cancel?"),
    "parcel_not_there": gettext_lazy("The parcel is not at the station. Can you check where it is?"),
    "over_budget": gettext_lazy("It costs more than your budget. Should we buy something else, or cancel?"),
}
_ASK_COURIER = {
    "fake_delivery": gettext_lazy("The customer says that it has not arrived. Where did you hand it over?"),
    "goods_missing": gettext_lazy("The customer says that something is missing. What do you know about it?"),
    "goods_wrong": gettext_lazy("The customer says that it is the wrong thing. What do you know about it?"),
    "attitude": gettext_lazy("The customer complains about how they were treated. How was it?"),
}
_WHY = gettext_lazy("What holds you up, and by when can you be there?")


class AskForm(StepForm):
    party = forms.ChoiceField(label=gettext_lazy("Whom"), choices=Party.choices)
    text = forms.CharField(
        label=gettext_lazy("Question"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Time to answer (min)"), min_value=1, max_value=120, initial=3
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        code, courier = self.ticket.type_id, self.ticket.courier_id
        if not courier:
            self.fields["party"].choices = [(Party.CUSTOMER.value, Party.CUSTOMER.label)]
        ask_customer = code in _ASK_CUSTOMER or not courier
        self.initial["party"] = (Party.CUSTOMER if ask_customer else Party.COURIER).value
        question = _ASK_CUSTOMER.get(code) if ask_customer else _ASK_COURIER.get(code, _WHY)
        self.initial["text"] = str(question or "")


class AskParty(Step):
    name = "ask_party"
    label = gettext_lazy("Ask")
    icon = "message-circle"
    form_class = AskForm

    def available(self, ticket: Ticket, actor) -> str:
        if not ticket.is_unresolved:
            return _("The ticket is settled.")
        if ticket.status == TicketStatus.WAITING_PARTY:
            return _("Somebody has been asked already.")
        return ""

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        until = clock_time(clock.now() + timedelta(minutes=params["minutes"]))
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

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
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
