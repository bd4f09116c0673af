"""Write something down: for colleagues, or for a party to read. What nobody outside reads is no answer."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exceptions.actions.base import Line, Outcome, Preview, Step, StepForm
from exceptions.models import Ticket, TicketEvent

Audience = TicketEvent.Audience


class NoteForm(StepForm):
    text = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who reads it"), choices=Audience.choices, initial=Audience.OPERATORS
    )


class Note(Step):
    name = "note"
    label = gettext_lazy("Write a note")
    icon = "square-pen"
    form_class = NoteForm

    def answers(self, params: dict) -> bool:
        return params["audience"] != Audience.OPERATORS

    def available(self, ticket: Ticket, actor) -> str:
        return ""

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        told = {
            Audience.OPERATORS: _("Only operators read it."),
            Audience.CUSTOMER: _("The customer reads it and gets a notice."),
            Audience.COURIER: _("The courier reads it and gets a notice."),
            Audience.EVERYONE: _("Customer and courier read it and get a notice."),
        }
        return Preview([Line(told[Audience(params["audience"])])])

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
        return Outcome({}, params["text"], params["audience"])
