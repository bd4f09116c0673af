"""Forms of the admin's pages on the type library and the compensation rules."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from core import money
from core.errors import DomainError
from exceptions.actions import ACTIONS
from exceptions.actions.base import Place
from exceptions.library import compensation
from exceptions.models import CompensationRule, ExceptionType
from orders.models import Kind

Formula = CompensationRule.Formula
HEADLINE = re.compile(r"(?:customer|courier)_(?:title|text)_(?:zh|en)")
PLACEHOLDER = re.compile(r"\{([^}]*)\}")


class ExceptionTypeForm(forms.ModelForm):
    suggested_action = forms.ChoiceField(
        label=_("suggested step"), required=False, widget=UnfoldAdminSelectWidget()
    )
    obsolete_on = forms.MultipleChoiceField(
        label=_("settles itself when"),
        required=False,
        choices=ExceptionType.Event.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("What may happen to the order, so that nothing is left to do."),
    )

    kinds = forms.MultipleChoiceField(
        label=_("only for these kinds of order"),
        required=False,
        choices=Kind.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("None chosen: it can be reported of every kind."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        buttons = [(name, action.label) for name, action in ACTIONS.items() if action.place != Place.NONE]
        if "suggested_action" in self.fields:
            self.fields["suggested_action"].choices = [("", "—"), *buttons]

    def clean(self):
        cleaned = super().clean()
        for name, text in list(cleaned.items()):
            if HEADLINE.fullmatch(name) and set(PLACEHOLDER.findall(text)) - set(
                ExceptionType.HEADLINE_FACTS
            ):
                self.add_error(name, _("Only {type}, {time} and {what} can be filled in."))
        if (cleaned.get("respond_minutes") or 0) > (cleaned.get("resolve_minutes") or 0):
            self.add_error("resolve_minutes", _("It cannot be solved before the first answer is due."))
        return cleaned


class CompensationRuleForm(forms.ModelForm):
    """Figures as people write them; `params` is made of them."""

    tiers = forms.CharField(
        label=_("Tiers by minutes late"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("One a line: minutes, then yuan. “8 2” gives ¥2 from 8 minutes on."),
    )
    grade_light = forms.IntegerField(
        label=_("Slightly damaged (%)"),
        required=False,
        min_value=0,
        max_value=100,
        widget=UnfoldAdminTextInputWidget,
    )
    grade_medium = forms.IntegerField(
        label=_("Badly damaged (%)"),
        required=False,
        min_value=0,
        max_value=100,
        widget=UnfoldAdminTextInputWidget,
    )
    grade_total = forms.IntegerField(
        label=_("Completely lost (%)"),
        required=False,
        min_value=0,
        max_value=100,
        widget=UnfoldAdminTextInputWidget,
    )
    fixed = money.YuanField(label=_("Fixed amount (yuan)"), required=False, widget=UnfoldAdminTextInputWidget)
    cap = money.YuanField(label=_("At most (yuan)"), min_fen=1, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = CompensationRule
        fields = ["campus", "type", "formula", "borne_by", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rule, params = self.instance, self.instance.params or {}
        if rule.pk:
            self.initial["cap"] = rule.cap_fen
        self.initial["tiers"] = "\n".join(
            f"{minutes} {money.yuan(fen).lstrip('¥')}" for minutes, fen in params.get("tiers", [])
        )
        for name, percent in params.get("grades", {}).items():
            self.initial[f"grade_{name}"] = percent
        if "fen" in params:
            self.initial["fixed"] = params["fen"]

    def clean(self):
        cleaned = super().clean()
        formula = cleaned.get("formula")
        if not formula or self.errors:
            return cleaned
        try:
            cleaned["params"] = compensation.check(formula, self._params(formula, cleaned))
        except DomainError as error:
            name = {Formula.TIER_BY_MINUTES_LATE: "tiers", Formula.FIXED: "fixed"}.get(formula)
            self.add_error(name, str(error))
        return cleaned

    def _params(self, formula: str, cleaned: dict) -> dict:
        if formula == Formula.TIER_BY_MINUTES_LATE:
            return {"tiers": self._tiers(cleaned.get("tiers", ""))}
        if formula == Formula.SHARE_OF_GOODS_VALUE:
            percents = {name: cleaned.get(f"grade_{name}") for name in compensation.GRADES}
            return {"grades": {name: percent for name, percent in percents.items() if percent is not None}}
        return {"fen": cleaned.get("fixed")} if formula == Formula.FIXED else {}

    def _tiers(self, text: str) -> list[list[int]] | None:
        """[[minutes, fen]…]; None for what cannot be read, which `check` refuses with a sentence."""
        tiers = []
        for line in text.splitlines():
            if not line.strip():
                continue
            try:
                minutes, amount = line.replace("：", " ").replace(":", " ").replace("，", " ").split()
                tiers.append([int(minutes), money.parse_yuan(amount)])
            except ValueError:
                return None
        return tiers
