"""What the scanner could not do."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import SUPERVISOR, ReadOnlyAdmin
from exceptions.models import ScanFailure


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
