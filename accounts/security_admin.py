"""The security log in the admin: for supervisors, of the people of their campuses; nobody changes it."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts import security_log
from accounts.browsers import device_name
from accounts.models import SecurityEvent, StaffRole, User
from core.admin import SUPERVISOR, ReadOnlyAdmin, ScopedRelatedFilter, number_listeners

ALARMING = {
    SecurityEvent.Kind.LOGIN_FAILED,
    SecurityEvent.Kind.FACTOR_FAILED,
    SecurityEvent.Kind.REFUSED,
    SecurityEvent.Kind.BANNED,
    SecurityEvent.Kind.CODES_CAPPED,
}

# What the details of an event are called, in the order in which they are shown (PostgreSQL does not keep theirs), and the
# codes among their values.
DETAILS = {
    "campus": _("campus"),
    "role": _("role"),
    "number": _("what was shown"),
    "withdrawal": _("withdrawal"),
    "searched": _("searched on"),
    "path": _("page"),
    "method": _("how"),
    "count": _("how many"),
    "reason": _("reason"),
}
VALUES = {
    "method": {
        "code": _("code by SMS"),
        "password": _("password"),
        "recovery_codes": _("recovery code"),
        "totp": _("authenticator app"),
    },
    "number": {
        "account": _("account number"),
        "phone": _("mobile number"),
        "restricted": _("record under restriction"),
    },
    "reason": {"login": _("logging in"), "signup": _("signing up")},
    "role": dict(StaffRole.Role.choices),
}


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    view_roles = (SUPERVISOR,)
    list_display = ["at", "what", "whom", "actor", "address", "browser", "facts"]
    list_filter = ["kind", ("campus", ScopedRelatedFilter)]
    list_select_related = ["user", "actor"]
    date_hierarchy = "at"
    search_fields = ["user__name", "=user__phone", "=address"]
    search_help_text = _("A name, a whole mobile number or a network address")
    ordering = ["-id"]
    fields = readonly_fields = [
        "at",
        "kind",
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

    @display(description=_("device"))
    def browser(self, event):
        return device_name(event.device) if event.device else "—"

    @display(description=_("details"))
    def facts(self, event):
        details = event.details
        names = [*(name for name in DETAILS if name in details), *sorted(details.keys() - DETAILS.keys())]
        said = (
            f"{DETAILS.get(name, name)}: {VALUES.get(name, {}).get(details[name], details[name])}"
            for name in names
        )
        return " · ".join(said) or "—"


def log_number_search(request: HttpRequest, number: str, page: str) -> None:
    """A list that is searched by a whole number tells whose it is: as good as showing it."""
    security_log.record(
        SecurityEvent.Kind.NUMBER_SHOWN,
        user=User.objects.filter(phone=number).first(),
        actor=request.user,
        request=request,
        phone=number,
        searched=page,
    )


number_listeners.append(log_number_search)
