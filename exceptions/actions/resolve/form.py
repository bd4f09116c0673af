"""What is asked of the operator."""

from django import forms
from django.utils.translation import gettext_lazy

from exceptions.actions.base import ActionForm


class ResolveForm(ActionForm):
    resolution = forms.CharField(
        label=gettext_lazy("What was done, as both parties read it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
