"""What is asked of the operator."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import YuanField
from core.types import Text
from exceptions.actions.money import MoneyForm
from exceptions.library import compensation
from exceptions.models import CompensationRule, ExceptionType, Ticket
from exceptions.rulings import selectors

BorneBy = CompensationRule.BorneBy
LIMIT_OF_SUPERVISOR = 50_000


def may_charge(ticket: Ticket, payer: str) -> bool:
    """Lateness never costs wages, nor does what is presumed nobody's fault. A merchant answers for what they sold."""
    if payer == BorneBy.COURIER:
        chargeable = ticket.type.group in ExceptionType.CHARGEABLE and not ticket.type.no_fault
        return bool(ticket.courier_id) and chargeable
    return payer != BorneBy.MERCHANT or bool(ticket.order.merchant_id)


def payers(ticket: Ticket) -> list[tuple[str, Text]]:
    """For a form's field: who may be made to pay."""
    return [(payer.value, payer.label) for payer in BorneBy if may_charge(ticket, payer)]


class CompensateForm(MoneyForm):
    grade = forms.ChoiceField(label=gettext_lazy("How bad is it"), required=False)
    amount_fen = YuanField(
        label=gettext_lazy("Amount"),
        min_fen=1,
        max_fen=LIMIT_OF_SUPERVISOR,
        required=False,
        help_text=gettext_lazy("Empty: what the rule says"),
    )
    borne_by = forms.ChoiceField(label=gettext_lazy("Paid by"), choices=BorneBy.choices)
    text = forms.CharField(
        label=gettext_lazy("Reason (needed for another amount than the rule's)"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.rule = self.ticket.compensation_rule
        grades = self.rule.params.get("grades", {}) if self.rule else {}
        if grades:
            self.offer("grade", [(code, compensation.GRADES[code]) for code in grades])
            self.initial["grade"] = next(iter(grades))
        else:
            del self.fields["grade"]
        self.offer("borne_by", payers(self.ticket))
        payer = self.rule.borne_by if self.rule else BorneBy.PLATFORM
        self.initial["borne_by"] = payer if may_charge(self.ticket, payer) else BorneBy.PLATFORM
        by_rule = selectors.owed(self.ticket, self.initial.get("grade", ""))
        if by_rule and not grades:  # with grades the amount follows the grade, unless one is typed in
            self.initial["amount_fen"] = by_rule

    def clean(self) -> dict:
        super().clean()
        cleaned = self.cleaned_data
        if self.errors:
            return cleaned
        cleaned.setdefault("grade", "")
        by_rule = selectors.owed(self.ticket, cleaned["grade"])
        cleaned["amount_fen"] = cleaned.get("amount_fen") or by_rule
        if not cleaned["amount_fen"]:
            self.add_error("amount_fen", _("The rule gives nothing here. Enter an amount and a reason."))
        elif cleaned["amount_fen"] != by_rule and not cleaned["text"]:
            self.add_error("text", _("Say why it is another amount than the rule's."))
        return cleaned
