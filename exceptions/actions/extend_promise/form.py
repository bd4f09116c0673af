"""What is asked of the operator."""

from django import forms
from django.utils.translation import gettext_lazy

from exceptions.actions.base import ActionForm
from exceptions.models import DelayCause


class ExtendForm(ActionForm):
    minutes = forms.IntegerField(label=gettext_lazy("Minutes later"), min_value=5, max_value=180)
    cause = forms.ChoiceField(label=gettext_lazy("Because"), choices=DelayCause.choices)
    text = forms.CharField(
        label=gettext_lazy("A word to the customer (optional)"), max_length=200, required=False
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        of_type = self.ticket.type
        self.initial.update(minutes=of_type.likely_delay_minutes, cause=of_type.likely_cause)
