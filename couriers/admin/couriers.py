"""Couriers are let in and stopped here, with a reason."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from campus.models import Zone
from core.admin import SUPERVISOR, CampusScopedAdmin, campuses_with, scoped
from couriers import services
from couriers.admin.transition_actions import TransitionActions
from couriers.models import Courier


class SuspendForm(BaseDialogForm):
    reason = forms.CharField(
        label=_("Reason (the courier reads it)"), max_length=200, widget=UnfoldAdminTextInputWidget
    )


@admin.register(Courier)
class CourierAdmin(TransitionActions, CampusScopedAdmin):
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["name", "phone", "campus", "state", "gender", "vehicle", "duty", "credit", "rated"]
    list_filter = ["status", "on_duty", "gender", "vehicle"]
    list_select_related = ["user", "campus"]
    search_fields = ["user__name", "=user__phone"]
    autocomplete_fields = ["user", "zones"]
    fields = [
        "user",
        "campus",
        "gender",
        "vehicle",
        "capacity",
        "zones",
        "state_now",
        "suspended_for",
        "duty",
        "credit",
        "rated",
        "located_at",
    ]
    readonly_fields = ["state_now", "suspended_for", "duty", "credit", "rated", "located_at"]
    # What the apps above know of a courier: the panels "couriers.admin".
    change_form_after_template = "admin/couriers/_after.html"
    actions_detail = ["vet", "reinstate", "suspend"]

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, *(["user", "campus"] if obj else [])]

    @display(description=_("person's name"), ordering="user__name")
    def name(self, courier):
        return courier.user.display_name

    @display(description=_("phone"))
    def phone(self, courier):
        return courier.user.masked_phone

    @display(
        description=_("status"),
        ordering="status",
        label={
            "active": "success",
            "suspended": "danger",
            "applied": "warning",
            "refused": "info",
            "vetted": "info",
            "training": "info",
            "left": "info",
        },
    )
    def state(self, courier):
        return courier.status, courier.get_status_display()

    @display(description=_("status"))
    def state_now(self, courier):
        return courier.get_status_display()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "zones":
            kwargs["queryset"] = scoped(
                Zone.objects.select_related("campus"), campuses_with(request, self.change_roles)
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @display(description=_("on duty"), boolean=True)
    def duty(self, courier):
        return courier.on_duty

    @display(description=_("rating"))
    def rated(self, courier):
        return f"{courier.rating:.1f}" if courier.rating else "—"

    @action(description=_("Admit"), icon="check_circle", variant=ActionVariant.SUCCESS, permissions=["vet"],
            dialog={"title": _("Let this person begin the training?"),
                    "description": _("You have seen their student card and their face. They get a notice.")})  # fmt: skip
    def vet(self, request, form, object_id):
        return self.run_transition(
            request, object_id, lambda courier: services.accept_applicant(courier=courier, actor=request.user)
        )

    @action(description=_("Let in again"), icon="check_circle", variant=ActionVariant.SUCCESS, permissions=["reinstate"],
            dialog={"title": _("Let this courier take jobs?"), "description": _("They get a notice.")})  # fmt: skip
    def reinstate(self, request, form, object_id):
        return self.run_transition(
            request, object_id, lambda courier: services.reinstate(courier=courier, actor=request.user)
        )

    @action(description=_("Suspend"), icon="block", variant=ActionVariant.DANGER, permissions=["suspend"],
            dialog={"title": _("Stop this courier from taking jobs?"),
                    "description": _("What they carry now is brought to its end. They read the reason."),
                    "form_class": SuspendForm})  # fmt: skip
    def suspend(self, request, form, object_id):
        reason = form.cleaned_data["reason"]
        return self.run_transition(
            request,
            object_id,
            lambda courier: services.suspend(courier=courier, actor=request.user, reason=reason),
        )
