"""What is asked of the operator."""

from django import forms
from django.utils.translation import gettext_lazy

from exceptions.actions.base import ActionForm
from exceptions.models import Ticket
from exceptions.rulings import selectors

MAX_POINTS = 12
POINTS_EACH = 2


def suggested_points(ticket: Ticket) -> int:
    """Nothing for a first offence; two points more for each one before."""
    before = selectors.offences(ticket.courier).count() if ticket.courier else 0
    return min(before * POINTS_EACH, MAX_POINTS)


class WarnForm(ActionForm):
    points = forms.IntegerField(
        label=gettext_lazy("Credit points"),
        min_value=0,
        max_value=MAX_POINTS,
        help_text=gettext_lazy("0 is a warning only"),
    )
    text = forms.CharField(label=gettext_lazy("Reason, as the courier reads it"), max_length=200)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["points"] = suggested_points(self.ticket)
        self.initial["text"] = self.ticket.type.name
