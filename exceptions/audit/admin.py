"""The auditor's page: when it last looked, what it found, what has been mended."""

from django.contrib import admin

from core.admin import SUPERVISOR, ReadOnlyAdmin
from exceptions.audit.running import last_run
from exceptions.models import AuditFinding


class StandingFilter(admin.EmptyFieldListFilter):
    """Still standing, or mended."""


@admin.register(AuditFinding)
class AuditFindingAdmin(ReadOnlyAdmin):
    """Supervisors see what concerns their campuses; what concerns the platform is for superusers, who see all."""

    view_roles = (SUPERVISOR,)
    list_display = ["check_name", "campus", "count", "examples", "first_at", "last_at", "mended_at"]
    list_filter = ["check_name", ("mended_at", StandingFilter)]
    list_select_related = ["campus"]
    ordering = ["-last_at"]
    fields = readonly_fields = list_display
    list_before_template = "admin/exceptions/audit_last_run.html"

    def changelist_view(self, request, extra_context=None):
        standing = self.get_queryset(request).filter(mended_at=None).count()
        context = {"audit_last_run": last_run(), "audit_standing": standing}
        return super().changelist_view(request, (extra_context or {}) | context)
