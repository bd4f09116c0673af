"""The type library, tickets to look up, what exceptions are worth, and what the scanner could not do."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from accounts.permissions import is_operator
from core import money
from core.admin import (
    SUPERVISOR,
    CampusScopedAdmin,
    ReadOnlyAdmin,
    ScopedRelatedFilter,
)
from exceptions.actions import STEPS
from exceptions.audit import admin as audit_admin  # noqa: F401  (registers itself)
from exceptions.console.forms import CompensationRuleForm, ExceptionTypeForm
from exceptions.console.scope import own_campuses
from exceptions.console.selectors import SHOWN_WITH
from exceptions.console.views import ticket_context
from exceptions.library import compensation
from exceptions.models import CompensationRule, ExceptionType, Ruling, ScanFailure, Ticket
from exceptions.tickets import services

SEVERITY_TONE = {1: "danger", 2: "danger", 3: "warning", 4: "info"}
STATUS_TONE = {
    "open": "danger",
    "reopened": "danger",
    "working": "warning",
    "waiting_party": "info",
    "proposed": "info",
    "resolved": "success",
    "closed": "success",
}


# -- The type library --------------------------------------------------------------------------------------


@admin.register(ExceptionType)
class ExceptionTypeAdmin(CampusScopedAdmin):
    """One library for all campuses; what is in use is switched off, never deleted."""

    form = ExceptionTypeForm
    campus_path = None
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["title", "code", "grouped", "grave", "detection", "times", "step", "is_active"]
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
                    "photo_required",
                ]
            },
        ),
        (
            _("Handling"),
            {
                "fields": [
                    ("respond_minutes", "resolve_minutes"),
                    "suggested_step",
                    ("tell_customer", "tell_courier"),
                    "nobodys_fault",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    @display(description=_("name"), ordering="position")
    def title(self, kind):
        return kind.name

    @display(description=_("group"), ordering="group")
    def grouped(self, kind):
        return kind.get_group_display()

    @display(description=_("severity"), ordering="severity", label=SEVERITY_TONE)
    def grave(self, kind):
        return kind.severity, kind.get_severity_display()

    @display(description=_("answer / solve within (min)"))
    def times(self, kind):
        return f"{kind.respond_minutes} / {kind.resolve_minutes}"

    @display(description=_("suggested step"))
    def step(self, kind):
        return STEPS[kind.suggested_step].label if kind.suggested_step in STEPS else "—"


# -- Tickets -----------------------------------------------------------------------------------------------


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """To look up. A ticket's own page is the console's; it changes by steps and never by a form."""

    list_display = [
        "no",
        "kind",
        "grave",
        "state",
        "order",
        "campus",
        "courier",
        "assignee",
        "opened",
        "took",
        "stars",
    ]
    list_filter = [
        "status",
        "severity",
        ("campus", ScopedRelatedFilter),
        "source",
        "type",
        ("opened_at", RangeDateTimeFilter),
    ]
    list_filter_submit = True
    list_select_related = ["type", "order", "campus", "courier__user", "assignee"]
    search_fields = ["=no", "=order__no", "=order__customer__phone", "courier__user__name"]
    search_help_text = _("Number of the ticket or order, the customer's phone, the courier's name")
    date_hierarchy = "opened_at"
    ordering = ["-opened_at"]
    list_fullwidth = True

    @display(description=_("type"), ordering="type__position")
    def kind(self, ticket):
        return ticket.type.name

    @display(description=_("severity"), ordering="severity", label=SEVERITY_TONE)
    def grave(self, ticket):
        return ticket.severity, ticket.get_severity_display()

    @display(description=_("status"), ordering="status", label=STATUS_TONE)
    def state(self, ticket):
        return ticket.status, ticket.get_status_display()

    def get_list_display(self, request):
        several = len(own_campuses(request)) > 1
        return [name for name in self.list_display if several or name != "campus"]

    @display(description=_("opened"), ordering="opened_at")
    def opened(self, ticket):
        return date_format(localtime(ticket.opened_at), "m-d H:i")

    @display(description=_("minutes to solve"))
    def took(self, ticket):
        if not ticket.resolved_at:
            return "—"
        return round((ticket.resolved_at - ticket.opened_at).total_seconds() / 60)

    @display(description=_("rating"), ordering="rating")
    def stars(self, ticket):
        return "★" * ticket.rating if ticket.rating else "—"

    def get_object(self, request, object_id, from_field=None):
        """By primary key, or by the number that people know."""
        found = self.get_queryset(request).filter(no=object_id).first()
        return found or super().get_object(request, object_id, from_field)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found) or not is_operator(request.user):
            raise PermissionDenied
        if request.method == "POST":
            raise PermissionDenied  # it changes by steps alone
        rows = self.get_queryset(request).select_related(*SHOWN_WITH)
        ticket = rows.get(pk=found.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{ticket.type.name} · {ticket.no}",
            "original": ticket,
            **ticket_context(request, ticket),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/console/ticket_page.html", context)


# -- What exceptions are worth -----------------------------------------------------------------------------


@admin.register(CompensationRule)
class CompensationRuleAdmin(CampusScopedAdmin):
    """Saving makes a new version: rulings keep the one that they were made by."""

    form = CompensationRuleForm
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["type", "campus", "formula", "figures", "cap", "borne_by", "edition", "created_at"]
    list_filter = ["is_live", "formula", ("campus", ScopedRelatedFilter)]
    list_select_related = ["type", "campus"]
    search_fields = ["type__name_zh", "type__name_en", "type__code"]
    ordering = ["campus", "type__position", "-version"]
    fieldsets = [
        (None, {"fields": [("campus", "type"), ("formula", "borne_by"), "cap"]}),
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

    def get_readonly_fields(self, request, obj=None):
        return ["campus", "type"] if obj else []

    def get_fieldsets(self, request, obj=None):
        if obj and not self.has_change_permission(request, obj):  # an old version, or a role that only looks
            names = ["campus", "type", "formula", "figures", "cap_yuan", "borne_by", "edition", "created_by"]
            return [(None, {"fields": names})]
        return super().get_fieldsets(request, obj)

    def get_exclude(self, request, obj=None):
        return ["params", "cap_fen"]

    def has_change_permission(self, request, obj=None):
        return (obj is None or obj.is_live) and super().has_change_permission(request, obj)

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

    @display(description=_("version"), label={True: "success", False: "info"}, ordering="version")
    def edition(self, rule):
        return rule.is_live, f"v{rule.version}"

    def save_model(self, request, obj, form, change):
        if not self.has_change_permission(request, obj if change else None):
            raise PermissionDenied
        saved = services.change_compensation_rule(
            campus=obj.campus,
            type=obj.type,
            formula=form.cleaned_data["formula"],
            params=form.cleaned_data["params"],
            cap_fen=form.cleaned_data["cap"],
            borne_by=form.cleaned_data["borne_by"],
            actor=request.user,
        )
        obj.pk = saved.pk
        obj.refresh_from_db()
        messages.info(request, _("Version %(version)s is live now.") % {"version": saved.version})


# -- What was decided, and what went wrong -----------------------------------------------------------------


@admin.register(Ruling)
class RulingAdmin(ReadOnlyAdmin):
    campus_path = "ticket__campus"
    list_display = [
        "created_at",
        "ticket_link",
        "kind",
        "amount",
        "borne_by",
        "points",
        "courier",
        "by",
        "stands",
    ]
    list_filter = ["kind", "borne_by", ("created_at", RangeDateTimeFilter)]
    list_filter_submit = True
    list_select_related = ["ticket__type", "courier__user", "by"]
    search_fields = ["=ticket__no", "=ticket__order__no", "courier__user__name"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    fields = readonly_fields = [
        "ticket_link",
        "kind",
        "amount",
        "by_rule",
        "borne_by",
        "points",
        "courier",
        "rule",
        "reason",
        "by",
        "created_at",
        "revoked_at",
    ]

    @display(description=_("ticket"))
    def ticket_link(self, ruling):
        url = reverse("admin:exceptions_ticket_change", args=[ruling.ticket.no])
        return format_html('<a href="{}">{} · {}</a>', url, ruling.ticket.type.name, ruling.ticket.no)

    @display(description=_("amount"), ordering="amount_fen")
    def amount(self, ruling):
        return money.yuan(ruling.amount_fen) if ruling.amount_fen else "—"

    @display(description=_("the rule said"))
    def by_rule(self, ruling):
        return money.yuan(ruling.ruled_fen)

    @display(description=_("stands"), boolean=True)
    def stands(self, ruling):
        return ruling.revoked_at is None


@admin.register(ScanFailure)
class ScanFailureAdmin(ReadOnlyAdmin):
    campus_path = "order__campus"
    view_roles = (SUPERVISOR,)
    list_display = ["order", "rule", "failures", "short", "first_at", "last_at"]
    list_filter = ["rule"]
    list_select_related = ["order"]
    search_fields = ["=order__no", "error"]
    ordering = ["-last_at"]
    fields = readonly_fields = ["order", "rule", "error", "failures", "first_at", "last_at"]

    @display(description=_("error"))
    def short(self, failure):
        return failure.error.splitlines()[0][:90] if failure.error else "—"
