"""People and operators' roles. A full number is shown to supervisors alone, for a reason that is logged."""

from contextlib import suppress

from allauth.account import views as account_views
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import claims_admin, personal_data_admin, restricted_admin, security_admin, services  # noqa: F401  (they register their pages)
from accounts.models import Consent, StaffRole, User
from accounts.sessions import own_session
from core.admin import (
    EVERY_ROLE,
    SUPERVISOR,
    CampusScopedAdmin,
    ReadOnlyTabularInline,
    ScopedRelatedFilter,
    has_role,
)
from core.errors import DomainError
from core.phones import PhoneFormField

# One way in for everybody: allauth's, which knows phones, limits and second factors.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.logout = account_views.logout
admin.site.password_change = lambda request, extra_context=None: redirect("account_change_password")


# Roles replace groups, and people here have no e-mail; a second factor is reset on the person's page.
for model in (Group, EmailAddress, EmailConfirmation, Authenticator):
    with suppress(NotRegistered):
        admin.site.unregister(model)


class ConsentInline(ReadOnlyTabularInline):
    model = Consent
    hide_title = True
    fields = readonly_fields = ["document", "version", "given_at"]


class StaffRoleInline(ReadOnlyTabularInline):
    model = StaffRole
    hide_title = True
    fields = readonly_fields = ["campus", "role"]


@admin.register(User)
class UserAdmin(CampusScopedAdmin):
    """People sign up by themselves. Superusers are made on the command line (`manage.py createsuperuser`)."""

    view_roles = EVERY_ROLE
    change_roles = (SUPERVISOR,)
    change_form_outer_after_template = "admin/accounts/user_tools.html"
    list_display = ["display_name", "number", "campus", "standing", "is_active", "date_joined"]
    list_filter = [("campus", ScopedRelatedFilter), "is_active", "is_staff", "is_virtual"]
    list_select_related = ["campus"]
    search_fields = ["name", "=phone"]
    search_help_text = _("A name, or a whole mobile number")
    ordering = ["-id"]
    fields = [
        "name",
        "number",
        "phone_verified",
        "campus",
        "gender",
        "is_active",
        "second_factor",
        "date_joined",
        "last_login",
        "erased_at",
    ]
    readonly_fields = [
        "number",
        "phone_verified",
        "second_factor",
        "date_joined",
        "last_login",
        "erased_at",
    ]
    inlines = [StaffRoleInline, ConsentInline]

    @display(description=_("person's name"), ordering="name")
    def display_name(self, user):
        return user.display_name

    @display(description=_("phone"))
    def number(self, user):
        return user.masked_phone or "—"

    @display(description=_("operator"), boolean=True)
    def standing(self, user):
        return user.is_staff

    @display(description=_("second factor"), boolean=True)
    def second_factor(self, user):
        return is_mfa_enabled(user, [Authenticator.Type.TOTP])

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False  # erased by themselves, or banned; the books need the row

    def has_change_permission(self, request, obj=None):
        if obj and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and not obj.is_active:
            services.bar(user=obj, actor=request.user)

    def get_urls(self):
        return [
            path(
                "<int:pk>/phone/", self.admin_site.admin_view(self.reveal_phone), name="accounts_user_phone"
            ),
            path(
                "<int:pk>/second-factor/",
                self.admin_site.admin_view(self.reset_second_factor),
                name="accounts_user_second_factor",
            ),
            *super().get_urls(),
        ]

    def _supervised(self, request, pk) -> User:
        """The person, for a supervisor of their campus; by POST alone."""
        user = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method != "POST" or not has_role(request, (SUPERVISOR,), user.campus_id):
            raise PermissionDenied
        if user.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        return user

    @sensitive_variables("number")
    def reveal_phone(self, request, pk):
        user = self._supervised(request, pk)
        try:
            number = services.reveal_phone(
                user=user, actor=request.user, reason=request.POST.get("reason", "")
            )
            messages.success(request, f"{user}: {number or '—'}")
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(reverse("admin:accounts_user_change", args=[pk]))

    def reset_second_factor(self, request, pk):
        user = self._supervised(request, pk)
        try:
            services.reset_second_factor(user=user, actor=request.user)
            messages.success(request, _("The second factor is reset."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(reverse("admin:accounts_user_change", args=[pk]))


class StaffRoleForm(forms.ModelForm):
    """Whoever is to operate signs up first; the supervisor knows their number."""

    phone = PhoneFormField(widget=UnfoldAdminTextInputWidget(attrs={"type": "tel", "autocomplete": "off"}))

    class Meta:
        model = StaffRole
        fields = ["campus", "role"]

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        user = User.objects.filter(phone=phone, is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("Nobody has signed up with this number."))
        self.instance.user = user
        return phone


@admin.register(StaffRole)
class StaffRoleAdmin(CampusScopedAdmin):
    form = StaffRoleForm
    view_roles = add_roles = delete_roles = (SUPERVISOR,)
    list_display = ["user", "number", "campus", "role"]
    list_filter = [("campus", ScopedRelatedFilter), "role"]
    list_select_related = ["user", "campus"]
    search_fields = ["user__name", "=user__phone"]

    @display(description=_("phone"))
    def number(self, staff_role):
        return staff_role.user.masked_phone or "—"

    def get_fields(self, request, obj=None):
        return ["user", "number", "campus", "role"] if obj else ["phone", "campus", "role"]

    def get_readonly_fields(self, request, obj=None):
        return ["user", "number", "campus", "role"] if obj else []

    def has_change_permission(self, request, obj=None):
        return False  # a role is granted and ended, never turned into another

    def save_model(self, request, obj, form, change):
        if not has_role(request, self.add_roles, obj.campus_id):
            raise PermissionDenied
        granted = services.grant_role(
            user=obj.user,
            campus=obj.campus,
            role=obj.role,
            actor=request.user,
            keep=own_session(request, obj.user),
        )
        obj.pk = granted.pk

    def delete_model(self, request, obj):
        services.revoke_role(staff_role=obj, actor=request.user, keep=own_session(request, obj.user))

    def delete_queryset(self, request, queryset):
        for staff_role in queryset.select_related("user", "campus"):
            self.delete_model(request, staff_role)
