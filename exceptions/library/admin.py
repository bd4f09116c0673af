"""The type library, and what exceptions are worth."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core import money
from core.admin import SUPERVISOR, CampusScopedAdmin, ScopedRelatedFilter
from core.versioned_admin import LiveFilter, VersionedRuleAdmin
from exceptions.actions import ACTIONS
from exceptions.library import compensation
from exceptions.library.forms import CompensationRuleForm, ExceptionTypeForm
from exceptions.library.rules import publish_compensation_rule
from exceptions.models import CompensationRule, ExceptionType

SEVERITY_TONE = {1: "danger", 2: "danger", 3: "warning", 4: "info"}


@admin.register(ExceptionType)
class ExceptionTypeAdmin(CampusScopedAdmin):
    """One library for all campuses; what is in use is switched off, never deleted."""

    form = ExceptionTypeForm
    campus_path = None
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["title", "code", "grouped", "grave", "detection", "times", "suggested", "is_active"]
    list_filter = ["group", "severity", "detection", "is_active"]
    search_fields = ["code", "name_zh", "name_en"]
    ordering = ["position", "code"]
    fieldsets = [
        (
            None,
            {"fields": ["code", ("name_zh", "name_en"), ("group", "severity"), ("detection", "is_active")]},
        ),
        (
            _("Reports"),
            {
                "fields": [
                    ("customer_may_report", "courier_may_report"),
                    ("report_from", "report_until"),
                    "kinds",
                    ("photo_required", "description_required"),
                ]
            },
        ),
        (
            _("What people read"),
            {
                "fields": [
                    ("tell_customer", "tell_courier"),
                    "opening_notice",
                    ("customer_title_zh", "customer_title_en"),
                    ("customer_text_zh", "customer_text_en"),
                    ("courier_title_zh", "courier_title_en"),
                    ("courier_text_zh", "courier_text_en"),
                ],
                "description": _(
                    "Empty: a general headline. {type}, {time} (the promised time) and {what} (the order) are filled in."
                ),
            },
        ),
        (
            _("Handling"),
            {
                "fields": [
                    ("respond_minutes", "resolve_minutes"),
                    "suggested_action",
                    "question_to",
                    ("question_zh", "question_en"),
                    ("likely_cause", "likely_delay_minutes"),
                    "obsolete_on",
                    "no_fault",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def has_delete_permission(self, request, obj=None):
        """What tickets are of is switched off, never deleted, by superusers neither."""
        return False

    @display(description=_("name"), ordering="position")
    def title(self, type_):
        return type_.name

    @display(description=_("group"), ordering="group")
    def grouped(self, type_):
        return type_.get_group_display()

    @display(description=_("severity"), ordering="severity", label=SEVERITY_TONE)
    def grave(self, type_):
        return type_.severity, type_.get_severity_display()

    @display(description=_("answer / solve within (min)"))
    def times(self, type_):
        return f"{type_.respond_minutes} / {type_.resolve_minutes}"

    @display(description=_("suggested step"))
    def suggested(self, type_):
        return ACTIONS[type_.suggested_action].label if type_.suggested_action in ACTIONS else "—"


@admin.register(CompensationRule)
class CompensationRuleAdmin(VersionedRuleAdmin):
    """Saving makes a new version: rulings keep the one that they were made by."""

    form = CompensationRuleForm
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["type", "campus", "formula", "figures", "cap", "borne_by", "edition", "live_at"]
    list_filter = [LiveFilter, "formula", ("campus", ScopedRelatedFilter)]
    list_select_related = ["type", "campus"]
    search_fields = ["type__name_zh", "type__name_en", "type__code"]
    ordering = ["campus", "type__position", "-version"]
    fieldsets = [
        (None, {"fields": [("campus", "type"), ("formula", "borne_by"), "cap", "reason"]}),
        (_("Figures"), {"fields": ["tiers", ("grade_light", "grade_medium", "grade_total"), "fixed"]}),
    ]

    # Only the figures of the chosen formula are shown.
    conditional_fields = {
        "tiers": "formula == 'tier_by_minutes_late'",
        "grade_light": "formula == 'share_of_goods_value'",
        "grade_medium": "formula == 'share_of_goods_value'",
        "grade_total": "formula == 'share_of_goods_value'",
        "fixed": "formula == 'fixed'",
    }

    def get_fieldsets(self, request, obj=None):
        if obj and not self.has_change_permission(request, obj):  # an old version, or a role that only looks
            names = ["campus", "type", "formula", "figures", "cap_yuan", "borne_by"]
            names += ["edition", "published_by", "live_at", "reason"]
            return [(None, {"fields": names})]
        return super().get_fieldsets(request, obj)

    def get_exclude(self, request, obj=None):
        return ["params", "cap_fen"]

    @display(description=_("figures"))
    def figures(self, rule):
        params = rule.params
        if tiers := params.get("tiers"):
            return " · ".join(f"{minutes}′ {money.yuan(fen)}" for minutes, fen in tiers)
        if grades := params.get("grades"):
            return " · ".join(f"{compensation.GRADES[name]} {percent}%" for name, percent in grades.items())
        return money.yuan(params["fen"]) if "fen" in params else "—"

    @display(description=_("at most"), ordering="cap_fen")
    def cap(self, rule):
        return money.yuan(rule.cap_fen)

    cap_yuan = cap

    def publish(self, request, rule, form):
        rule.params, rule.cap_fen = form.cleaned_data["params"], form.cleaned_data["cap"]
        return publish_compensation_rule(rule, actor=request.user)
