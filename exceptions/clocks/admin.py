"""Changing how long the clocks of tickets may run."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import SUPERVISOR, ScopedRelatedFilter
from core.versioned_admin import LiveFilter, VersionedRuleAdmin
from exceptions.models import ServicePolicy


@admin.register(ServicePolicy)
class ServicePolicyAdmin(VersionedRuleAdmin):
    """Saving makes a new version: open tickets keep the one that was live when they opened."""

    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["whose", "campus", "minutes", "times", "edition", "live_at"]
    list_filter = [LiveFilter, "severity", ("campus", ScopedRelatedFilter)]
    list_select_related = ["type", "campus"]
    fieldsets = [
        (None, {"fields": ["campus", ("type", "severity"), "reason"]}),
        (
            _("Clocks"),
            {
                "fields": [
                    ("told_minutes", "worked_minutes"),
                    ("respond_minutes", "resolve_minutes"),
                    "pause_minutes",
                    "hours",
                ],
                "description": _(
                    "Without hours of their own, clocks run when customer service answers, those of severity “safety” at all hours."
                ),
            },
        ),
    ]

    @display(description=_("applies to"))
    def whose(self, policy: ServicePolicy) -> str:
        if policy.type:
            return policy.type.name
        return str(policy.get_severity_display() if policy.severity else _("every type"))

    @display(description=_("told / worked on / answer / solution (min)"))
    def minutes(self, policy: ServicePolicy) -> str:
        found = (policy.told_minutes, policy.worked_minutes, policy.respond_minutes, policy.resolve_minutes)
        return " / ".join(map(str, found))

    @display(description=_("clocks run at"))
    def times(self, policy: ServicePolicy) -> str:
        return policy.hours.label if policy.hours else "—"
