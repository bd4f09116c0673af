"""What is asked of the operator."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy

from core.money import YuanField
from exceptions.actions.money import MoneyForm
from payments.selectors import still_paid


class RefundForm(MoneyForm):
    amount_fen = YuanField(label=gettext_lazy("Amount"), min_fen=1)
    text = forms.CharField(label=gettext_lazy("Reason, as the customer reads it"), max_length=200)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.most = still_paid(self.ticket.order.no)
        cast(YuanField, self.fields["amount_fen"]).max_fen = self.most
        self.initial["amount_fen"] = min(self.ticket.order.fee_fen, self.most, self.given.left_fen)
        self.initial["text"] = self.ticket.type.name
