"""The security log in the admin: for supervisors, of the people of their campuses; nobody changes it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.models import SecurityEvent
from core.admin import SUPERVISOR, ReadOnlyAdmin, ScopedRelatedFilter

ALARMING = {
    SecurityEvent.Kind.LOGIN_FAILED,
    SecurityEvent.Kind.FACTOR_FAILED,
    SecurityEvent.Kind.REFUSED,
    SecurityEvent.Kind.BANNED,
    SecurityEvent.Kind.CODES_CAPPED,
}


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    view_roles = (SUPERVISOR,)
    list_display = ["at", "what", "whom", "actor", "address", "device", "facts"]
    list_filter = ["kind", ("campus", ScopedRelatedFilter)]
    list_select_related = ["user", "actor"]
    date_hierarchy = "at"
    search_fields = ["user__name", "=user__phone", "=address"]
    search_help_text = _("A name, a whole mobile number or a network address")
    ordering = ["-id"]
    fields = readonly_fields = [
        "at",
        "what",
        "whom",
        "actor",
        "campus",
        "identifier",
        "address",
        "device",
        "facts",
    ]

    @display(description=_("what"), label={True: "danger", False: "info"})
    def what(self, event):
        return event.kind in ALARMING, event.get_kind_display()

    @display(description=_("person"))
    def whom(self, event):
        return event.user or event.identifier or "—"

    @display(description=_("details"))
    def facts(self, event):
        return " · ".join(f"{name}: {value}" for name, value in event.details.items()) or "—"
