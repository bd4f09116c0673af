"""Make the customer whole: an amount from the campus's rule, or another one with a reason, into their wallet."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import payments.services as money
from accounts.permissions import is_operator
from core import clock
from core.errors import Invalid, NotAllowed
from core.money import YuanField, yuan
from exceptions.actions.base import (
    JUDGES,
    Audience,
    Line,
    Outcome,
    Preview,
    Role,
    Step,
    StepForm,
)
from exceptions.library import compensation
from exceptions.models import CompensationRule, ExceptionType, Ruling, Ticket
from exceptions.tickets import selectors

BorneBy = CompensationRule.BorneBy
# What a support agent may give where no rule says anything.
LIMIT_WITHOUT_RULE = 2000
LIMIT_OF_SUPERVISOR = 50_000


class CompensateForm(StepForm):
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
        self.rule = selectors.live_rule(self.ticket)
        grades = self.rule.params.get("grades", {}) if self.rule else {}
        if grades:
            self.fields["grade"].choices = [(code, compensation.GRADES[code]) for code in grades]
            self.initial["grade"] = next(iter(grades))
        else:
            del self.fields["grade"]
        self.fields["borne_by"].choices = payers(self.ticket)
        by_rule = self.rule.borne_by if self.rule else BorneBy.PLATFORM
        self.initial["borne_by"] = by_rule if may_charge(self.ticket, by_rule) else BorneBy.PLATFORM
        by_rule = selectors.owed(self.ticket, self.initial.get("grade", ""))
        if by_rule and not grades:  # with grades the amount follows the grade, unless one is typed in
            self.initial["amount_fen"] = by_rule

    def clean(self) -> dict:
        cleaned = super().clean()
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


def may_charge(ticket: Ticket, payer: str) -> bool:
    """Lateness never costs wages, nor does what is presumed nobody's fault. A merchant answers for what they sold."""
    if payer == BorneBy.COURIER:
        chargeable = ticket.type.group in ExceptionType.CHARGEABLE and not ticket.type.nobodys_fault
        return bool(ticket.courier_id) and chargeable
    return payer != BorneBy.MERCHANT or bool(ticket.order.merchant_id)


def payers(ticket: Ticket) -> list[tuple[str, str]]:
    """For a form's field: who may be made to pay."""
    return [(payer.value, payer.label) for payer in BorneBy if may_charge(ticket, payer)]


class Compensate(Step):
    name = "compensate"
    label = gettext_lazy("Compensate")
    icon = "hand-coins"
    roles = JUDGES
    form_class = CompensateForm

    def available(self, ticket: Ticket, actor) -> str:
        if not ticket.is_unresolved:
            return _("The ticket is settled.")
        return "" if ticket.order.placed_at else _("Nothing has been paid.")

    def preview(self, ticket: Ticket, params: dict) -> Preview:
        parts = self._parts(ticket, params)
        lines = [Line(_("The customer gets it in their wallet at once."), "customer", params["amount_fen"])]
        if fen := parts.get(BorneBy.COURIER):
            text = _("Taken from the pay of %(name)s for this order.") % {
                "name": ticket.courier.user.display_name
            }
            lines.append(Line(text, "courier", -fen))
        elif ticket.courier_id:
            lines.append(Line(_("The courier's pay stays as it is."), "courier"))
        if fen := parts.get(BorneBy.MERCHANT):
            text = _("Taken from what %(name)s gets for this sale.") % {"name": ticket.order.merchant.name}
            lines.append(Line(text, "merchant", -fen))
        if fen := parts.get(BorneBy.INSURANCE):
            lines.append(Line(_("The insurance bears it."), "insurance", -fen))
        if fen := parts.get(BorneBy.PLATFORM):
            lines.append(Line(_("The platform bears it."), "platform", -fen))
        return Preview(lines, self._warning(ticket, params))

    def apply(self, ticket: Ticket, params: dict, *, actor, key: str) -> Outcome:
        amount, rule = params["amount_fen"], selectors.live_rule(ticket)
        by_rule = selectors.owed(ticket, params.get("grade", ""))
        self._check(ticket, params, rule, by_rule, actor)
        parts = self._parts(ticket, params)
        by_courier = parts.get(BorneBy.COURIER, 0)
        money.compensate(
            key=key,
            ref=ticket.order.no,
            user=ticket.order.customer,
            campus=ticket.campus,
            amount=amount,
            borne_by=params["borne_by"],
            courier_user=ticket.courier.user if ticket.courier else None,
            actor=actor,
            note=ticket.no,
        )
        ruling = Ruling.objects.create(
            ticket=ticket,
            kind=Ruling.Kind.COMPENSATION,
            courier=ticket.courier if by_courier else None,
            amount_fen=amount,
            borne_by=params["borne_by"],
            rule=rule,
            ruled_fen=by_rule if amount != by_rule else None,
            reason=params.get("text", ""),
            by=actor,
            key=key,
            created_at=clock.now(),
        )
        data = {
            "fen": amount,
            "courier_fen": by_courier,
            "merchant_fen": parts.get(BorneBy.MERCHANT, 0),
            "ruled_fen": by_rule,
            "grade": params.get("grade", ""),
            "ruling": ruling.pk,
        }
        charged = (("charged", {"fen": by_courier}, Audience.COURIER),) if by_courier else ()
        return Outcome(data, params.get("text", ""), Audience.CUSTOMER, also=charged)

    def _parts(self, ticket: Ticket, params: dict) -> dict[str, int]:
        """Who pays what of it."""
        return money.borne(
            ref=ticket.order.no,
            campus=ticket.campus,
            amount=params["amount_fen"],
            borne_by=params["borne_by"],
            courier_user=ticket.courier.user if ticket.courier else None,
        )

    def _limit(self, rule: CompensationRule | None) -> int:
        return rule.cap_fen if rule else LIMIT_WITHOUT_RULE

    def _warning(self, ticket: Ticket, params: dict) -> str:
        limit = self._limit(selectors.live_rule(ticket))
        if params["amount_fen"] > limit:
            return _("Above %(limit)s only a supervisor may decide.") % {"limit": yuan(limit)}
        if params["borne_by"] == BorneBy.COURIER and not ticket.events.filter(kind="answered").exists():
            return _("The courier has not been heard yet.")
        return ""

    def _check(self, ticket: Ticket, params: dict, rule, by_rule: int, actor) -> None:
        amount = params["amount_fen"]
        if not 0 < amount <= LIMIT_OF_SUPERVISOR:
            raise Invalid
        if amount != by_rule and not params.get("text"):
            raise Invalid(_("Say why it is another amount than the rule's."))
        if not may_charge(ticket, params["borne_by"]):
            raise Invalid(_("Being late, or what is nobody's fault, never costs wages."))
        if amount > self._limit(rule) and actor and not is_operator(actor, ticket.campus_id, Role.SUPERVISOR):
            raise NotAllowed(
                _("Above %(limit)s only a supervisor may decide.") % {"limit": yuan(self._limit(rule))}
            )
