"""Forms of the console and of the admin's pages on exceptions."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core import money
from core.errors import DomainError
from exceptions.actions import STEPS
from exceptions.library import compensation
from exceptions.models import CompensationRule

Formula = CompensationRule.Formula


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


class NoteForm(forms.Form):
    text = forms.CharField(max_length=500)


class AssignForm(forms.Form):
    to = forms.TypedChoiceField(label=_("Colleague"))

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        known = {str(person.pk): person for person in colleagues}
        self.fields["to"].choices = [(pk, person.display_name) for pk, person in known.items()]
        self.fields["to"].coerce = known.get


class ExceptionTypeForm(forms.ModelForm):
    suggested_step = forms.ChoiceField(
        label=_("suggested step"), required=False, widget=UnfoldAdminSelectWidget()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        steps = [(name, step.label) for name, step in STEPS.items() if name != "note"]
        if "suggested_step" in self.fields:
            self.fields["suggested_step"].choices = [("", "—"), *steps]

    def clean(self):
        cleaned = super().clean()
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
        fields = ["campus", "type", "formula", "borne_by"]

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
