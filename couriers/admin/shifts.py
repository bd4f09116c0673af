"""When couriers are wanted where: published a week at once, and who has taken them."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from campus.models import Zone
from core import clock
from core.admin import (
    CampusScopedAdmin,
    ReadOnlyAdmin,
    ReadOnlyTabularInline,
    ScopedRelatedFilter,
    campuses_with,
    scoped,
)
from core.errors import DomainError
from core.hours import WeeklyHours
from core.hours.fields import HoursFormField
from core.templatetags.units import duration
from couriers import services
from couriers.admin.transition_actions import TRANSITION_ROLES
from couriers.models import Shift, ShiftAssignment, WorkSession

WANTED = {"places": _("couriers wanted")}


class PublishForm(forms.ModelForm):
    """Many half hours at once; saving is done by the service."""

    class Meta:
        model = Shift
        fields = ["zone", "places"]
        labels = WANTED
        widgets = {"zone": UnfoldAdminSelectWidget, "places": UnfoldAdminIntegerFieldWidget}

    first_day = forms.DateField(label=_("first day"), widget=UnfoldAdminDateWidget)
    last_day = forms.DateField(label=_("last day"), widget=UnfoldAdminDateWidget)
    hours = HoursFormField(label=_("hours"), widget=UnfoldAdminTextareaWidget)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["first_day"].initial = today
        self.fields["last_day"].initial = today + timedelta(days=6)
        self.fields["hours"].initial = WeeklyHours.daily(11 * 60, 13 * 60)

    def _post_clean(self):
        """The service judges the whole: it knows what is open already."""

    def clean(self):
        data = super().clean()
        if not self.errors:
            try:
                self.published = services.publish_shifts(actor=self.actor, **data)
            except DomainError as error:
                raise ValidationError(str(error)) from None
        return data

    def save(self, commit=True):
        return self.instance

    def save_m2m(self):
        """Nothing hangs on it."""


class PromiseInline(ReadOnlyTabularInline):
    model = ShiftAssignment
    campus_path = "campus"
    fields = readonly_fields = ["courier", "created_at", "outcome"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("courier__user")


@admin.register(Shift)
class ShiftAdmin(CampusScopedAdmin):
    add_roles = change_roles = delete_roles = TRANSITION_ROLES
    list_display = ["zone", "starts_at", "taken"]
    list_filter = [("zone", ScopedRelatedFilter)]
    list_select_related = ["zone"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "zone"]
    inlines = [PromiseInline]
    fields = ["zone", "starts_at", "places"]
    readonly_fields = ["zone", "starts_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(taken_count=Count("assignments"))

    def get_form(self, request, obj=None, change=False, **kwargs):
        if change:
            return super().get_form(request, obj, change, labels=WANTED, **kwargs)
        zones = scoped(Zone.objects.select_related("campus"), campuses_with(request, self.add_roles))

        class Form(PublishForm):
            actor = request.user

            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.fields["zone"].queryset = zones

        return Form

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["zone", ("first_day", "last_day"), "hours", "places"]

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def has_delete_permission(self, request, obj=None):
        """What somebody has promised to come to is not taken away under them."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.assignments.exists())

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            request.published_shifts = form.published

    def log_addition(self, request, obj, message):
        """There is no one row to log: the service made many."""

    def response_add(self, request, obj, post_url_continue=None):
        count = request.published_shifts
        text = ngettext("%(n)s shift is open.", "%(n)s shifts are open.", count) % {"n": count}
        messages.success(request, text)
        return HttpResponseRedirect(reverse("admin:couriers_shift_changelist"))

    @display(description=_("taken of those wanted"))
    def taken(self, shift):
        return f"{shift.taken_count} / {shift.places}"


@admin.register(ShiftAssignment)
class ShiftAssignmentAdmin(ReadOnlyAdmin):
    campus_path = "shift__campus"
    list_display = ["courier", "zone", "starts_at", "state"]
    list_filter = ["outcome", ("shift__zone", ScopedRelatedFilter)]
    list_select_related = ["courier__user", "shift__zone"]
    search_fields = ["courier__user__name", "=courier__user__phone"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    fields = readonly_fields = ["courier", "zone", "starts_at", "outcome", "created_at"]

    @display(description=_("zone"))
    def zone(self, assignment):
        return assignment.shift.zone.label

    @display(description=_("outcome"), label={"came": "success", "missed": "danger", "": "info"})
    def state(self, assignment):
        return assignment.outcome, assignment.get_outcome_display()


@admin.register(WorkSession)
class WorkSessionAdmin(ReadOnlyAdmin):
    campus_path = "courier__campus"
    list_display = ["courier", "began", "ended", "length"]
    list_select_related = ["courier__user"]
    search_fields = ["courier__user__name", "=courier__user__phone"]
    date_hierarchy = "since"
    fields = readonly_fields = ["courier", "began", "ended", "length"]

    @display(description=_("begins at"), ordering="since")
    def began(self, session):
        return session.since

    @display(description=_("ends at"), ordering="until")
    def ended(self, session):
        return session.until

    @display(description=_("length"))
    def length(self, session):
        return duration(session.until - session.since)
