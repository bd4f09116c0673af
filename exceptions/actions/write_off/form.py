"""What is asked of the operator."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery import services as delivery
from exceptions.actions.compensate.form import BorneBy, payers
from exceptions.actions.money import MoneyForm

PAID, UNPAID = "paid", "unpaid"


class WriteOffForm(MoneyForm):
    pay = forms.ChoiceField(
        label=gettext_lazy("The courier who had it"),
        choices=[
            (UNPAID, gettext_lazy("is not paid for it")),
            (PAID, gettext_lazy("is paid all the same, with the outlay for goods")),
        ],
    )
    borne_by = forms.ChoiceField(label=gettext_lazy("Compensation paid by"), choices=BorneBy.choices)
    text = forms.CharField(label=gettext_lazy("Reason, as the customer reads it"), max_length=150)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if delivery.in_hand(self.ticket.order):
            self.initial["pay"] = PAID if self.ticket.type.no_fault else UNPAID
        else:  # it lay on a shelf: who brought it there has their pay
            del self.fields["pay"]
        self.initial["borne_by"] = BorneBy.PLATFORM
        self.offer("borne_by", payers(self.ticket))
        self.initial["text"] = self.ticket.type.name

    def clean(self) -> dict:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("pay") == PAID and cleaned.get("borne_by") == BorneBy.COURIER:
            self.add_error("borne_by", _("Either the courier is paid, or pays."))
        return cleaned
