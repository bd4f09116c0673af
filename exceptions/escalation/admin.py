"""Changing who is asked when a ticket's time runs out, and looking up whom that was."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import DISPATCHER, SUPERVISOR, SUPPORT, ReadOnlyAdmin, ScopedRelatedFilter
from core.versioned_admin import LiveFilter, VersionedRuleAdmin
from exceptions.models import Escalation, EscalationPolicy


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(VersionedRuleAdmin):
    """Saving makes a new version: escalations keep the one that was live when they started."""

    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["name", "campus", "waits", "rounds", "ack_minutes", "edition", "live_at"]
    list_filter = [LiveFilter, "severity", ("campus", ScopedRelatedFilter)]
    list_select_related = ["campus"]
    fieldsets = [
        (None, {"fields": [("campus", "severity"), "reason"]}),
        (
            _("Steps"),
            {
                "fields": [
                    "assignee_minutes",
                    ("group_minutes", "group"),
                    "supervisor_minutes",
                    "page_minutes",
                ],
                "description": _(
                    "Minutes after the step before; the first one after the time ran out. An empty step is left out. Waits "
                    "are counted while customer service answers; a matter of safety knows no hours, and begins when it opens."
                ),
            },
        ),
        (_("If nobody takes it"), {"fields": [("repeats", "repeat_minutes"), "ack_minutes"]}),
    ]

    @display(description=_("severity"), ordering="severity")
    def name(self, policy: EscalationPolicy) -> str:
        return policy.get_severity_display()

    @display(description=_("handles it / group / supervisor / page (min)"))
    def waits(self, policy: EscalationPolicy) -> str:
        waits = (
            policy.assignee_minutes,
            policy.group_minutes,
            policy.supervisor_minutes,
            policy.page_minutes,
        )
        return " / ".join("—" if wait is None else str(wait) for wait in waits)

    @display(description=_("repeats"))
    def rounds(self, policy: EscalationPolicy) -> str:
        return f"{policy.repeats} × {policy.repeat_minutes}"


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    campus_path = "ticket__campus"
    view_roles = (SUPPORT, DISPATCHER, SUPERVISOR)
    list_display = [
        "ticket_page", "kind", "cause", "started_at", "steps_run", "next_at", "acknowledged_until", "ended_at",
    ]  # fmt: skip
    list_filter = ["cause", "ticket__severity", ("ticket__campus", ScopedRelatedFilter)]
    list_select_related = ["ticket__type"]
    search_fields = ["=ticket__no"]
    ordering = ["-id"]
    fields = readonly_fields = list_display

    @display(description=_("ticket"), ordering="ticket")
    def ticket_page(self, escalation: Escalation) -> SafeString:
        no = escalation.ticket.no
        return format_html('<a href="{}?t={}">{}</a>', reverse("exceptions:console"), no, no)

    @display(description=_("type"))
    def kind(self, escalation: Escalation) -> str:
        return escalation.ticket.type.name
