"""What the scanner could not do, and what a campus sets of the detectors."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import SUPERVISOR, CampusScopedAdmin, ReadOnlyAdmin, ScopedRelatedFilter
from exceptions.detection.forms import BY_KEY, DetectorThresholdForm, label_of
from exceptions.models import DetectorThreshold, ScanFailure


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


@admin.register(DetectorThreshold)
class DetectorThresholdAdmin(CampusScopedAdmin):
    """Rows only for what is otherwise than it comes; deleting one goes back to that."""

    form = DetectorThresholdForm
    add_roles = change_roles = delete_roles = (SUPERVISOR,)
    list_display = ["what", "campus", "value", "comes_as"]
    list_filter = [("campus", ScopedRelatedFilter)]
    list_select_related = ["campus"]
    ordering = ["campus", "detector", "name"]

    def get_fields(self, request, obj=None):
        if obj and not self.has_change_permission(request, obj):
            return ["campus", "what", "value"]
        return ["campus", "key", "value"]

    def get_readonly_fields(self, request, obj=None):
        return ["what"] if obj and not self.has_change_permission(request, obj) else []

    @display(description=_("threshold"), ordering="detector")
    def what(self, row):
        return label_of(f"{row.detector}.{row.name}")

    @display(description=_("as it comes"))
    def comes_as(self, row):
        threshold = BY_KEY.get(f"{row.detector}.{row.name}")
        return threshold.default if threshold else "—"
