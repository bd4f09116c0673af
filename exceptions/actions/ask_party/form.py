"""What is asked of the operator."""

from django import forms
from django.utils.translation import gettext_lazy

from exceptions.actions.ask_party.texts import WHAT_HOLDS_YOU_UP
from exceptions.actions.base import ActionForm
from exceptions.models import Party


class AskForm(ActionForm):
    party = forms.ChoiceField(label=gettext_lazy("Whom"), choices=Party.choices)
    text = forms.CharField(
        label=gettext_lazy("Question"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Time to answer (min)"), min_value=1, max_value=120, initial=3
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        of_type = self.ticket.type
        party = Party(of_type.question_to)
        if not self.ticket.courier_id:
            self.offer("party", [(Party.CUSTOMER.value, Party.CUSTOMER.label)])
            party = Party.CUSTOMER
        question = of_type.question if party == of_type.question_to else ""
        if not question and party == Party.COURIER:
            question = str(WHAT_HOLDS_YOU_UP)
        self.initial.update(party=party.value, text=question)
