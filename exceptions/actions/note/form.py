"""What is asked of the operator."""

from django import forms
from django.utils.translation import gettext_lazy

from exceptions.actions.base import ActionForm
from exceptions.models import TicketEvent

Audience = TicketEvent.Audience


class NoteForm(ActionForm):
    text = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who reads it"), choices=Audience.choices, initial=Audience.OPERATORS
    )
