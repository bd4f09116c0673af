"""What is asked of the operator."""

from django import forms
from django.utils.translation import gettext_lazy

from exceptions.actions.base import ActionForm


class CancelForm(ActionForm):
    text = forms.CharField(label=gettext_lazy("Reason, as the customer reads it"), max_length=150)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["text"] = self.ticket.type.name
