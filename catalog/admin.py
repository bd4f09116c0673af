"""Merchants and what the platform keeps of their sales."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.models import CommissionRule, Merchant
from core.admin import FINANCE, SUPERVISOR, CampusScopedAdmin, ScopedRelatedFilter
from core.masking import mask_account
from core.names import NameFormField
from core.versioned_admin import LiveFilter, VersionedRuleAdmin


class MerchantForm(forms.ModelForm):
    """The account number is never shown again: empty keeps it, anything else replaces it."""

    payee_holder = NameFormField(
        label=_("account holder"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget
    )
    new_account = forms.CharField(
        label=_("New account number"),
        max_length=64,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Empty: stays as it is"),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        place, campus = cleaned.get("place"), cleaned.get("campus")
        campus_id = campus.pk if campus else self.instance.campus_id  # it stays what it was once it is made
        if place and campus_id and place.campus_id != campus_id:
            self.add_error("place", _("This place is not on your campus."))
        if number := "".join((cleaned.get("new_account") or "").split()):
            self.instance.payee_account = number
        return cleaned


@admin.register(Merchant)
class MerchantAdmin(CampusScopedAdmin):
    form = MerchantForm
    add_roles = change_roles = (SUPERVISOR, FINANCE)
    list_display = ["label", "campus", "place", "kind", "state", "errands_on_account", "account"]
    list_filter = [("campus", ScopedRelatedFilter), "kind", "status"]
    list_select_related = ["campus", "place"]
    search_fields = ["name", "name_en"]
    autocomplete_fields = ["owners", "place"]
    readonly_fields = ["account"]
    fieldsets = [
        (None, {"fields": [("name", "name_en"), ("campus", "place"), ("kind", "status"), "owners", "errands_on_account"]}),
        (_("Where its money goes"), {"fields": [("payee_channel", "payee_holder"), ("account", "new_account"), "payee_bank"]}),
    ]  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "campus"] if obj else self.readonly_fields

    @display(description=_("name"), ordering="name")
    def label(self, merchant):
        return merchant.label

    @display(description=_("status"), label={"active": "success", "suspended": "danger"})
    def state(self, merchant):
        return merchant.status, merchant.get_status_display()

    @display(description=_("account number"))
    def account(self, merchant):
        return mask_account(merchant.payee_account) if merchant.payee_account else "—"


@admin.register(CommissionRule)
class CommissionRuleAdmin(VersionedRuleAdmin):
    """Saving makes a new version; the old one stays for the sales that were booked by it."""

    view_roles = (SUPERVISOR, FINANCE)
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["__str__", "campus", "percent", "edition", "live_at", "published_by"]
    list_filter = [LiveFilter, ("campus", ScopedRelatedFilter), "kind"]
    list_select_related = ["campus", "merchant", "published_by"]
    fields = [("campus", "kind", "merchant"), "percent", "reason", ("version", "published_by", "live_at")]
