"""What was sent by the delivery channels, what was not, and why. The only button sends again what has ended badly."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from core.admin import SUPERVISOR, SUPPORT, ReadOnlyAdmin, has_role
from notifications import services
from notifications.models import Circuit, Send

_WHY = {
    "read": _("read in the inbox before"),
    "expired": _("too late to be of use"),
    "told": _("another way has arrived"),
}


@admin.register(Send)
class SendAdmin(ReadOnlyAdmin):
    campus_path = "notice__user__campus"
    list_display = [
        "created_at",
        "person",
        "what",
        "channel",
        "state",
        "provider",
        "attempts",
        "why",
        "next_try_at",
        "sent_at",
    ]
    list_filter = ["status", "channel", "provider", "severity"]
    list_select_related = ["notice__user"]
    search_fields = ["=notice__user__phone", "notice__user__name", "=provider_no", "=notice__kind"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "person",
        "what",
        "kind",
        "channel",
        "severity",
        "status",
        "provider",
        "provider_no",
        "attempts",
        "why",
        "created_at",
        "next_try_at",
        "expires_at",
        "sent_at",
        "stands_in_for",
        "bundle",
    ]
    actions = ["send_again"]

    @display(description=_("person"))
    def person(self, send):
        return send.notice.user

    @display(description=_("notice"))
    def what(self, send):
        return send.notice.title

    @display(description=_("kind"))
    def kind(self, send):
        return send.notice.kind

    @display(description=_("reason"))
    def why(self, send):
        return _WHY.get(send.error, send.error) or "—"

    @display(
        description=_("status"),
        label={
            "sent": "success",
            "bundled": "success",
            "queued": "info",
            "waiting": "info",
            "sending": "info",
            "failed": "warning",
            "unclear": "warning",
            "given_up": "danger",
        },
    )
    def state(self, send):
        return send.status, send.get_status_display()

    def has_send_permission(self, request, obj=None):
        return has_role(request, (SUPPORT, SUPERVISOR))

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request, queryset):
        ended = list(queryset.filter(status__in=Send.ENDED_BADLY))
        for send in ended:
            services.retry(send=send, actor=request.user)
        if ended:
            text = ngettext("%d notice is sent again.", "%d notices are sent again.", len(ended))
            messages.success(request, text % len(ended))
        else:
            messages.info(request, _("None of these has failed: there is nothing to send again."))


@admin.register(Circuit)
class CircuitAdmin(ReadOnlyAdmin):
    campus_path = None
    view_roles = (SUPERVISOR,)
    list_display = ["provider", "channel", "state", "failures", "failing_since", "probe_at", "error"]
    fields = readonly_fields = [
        "provider",
        "channel",
        "standing",
        "failures",
        "failing_since",
        "opened_at",
        "probe_at",
        "error",
    ]

    @display(description=_("status"), label={"open": "danger", "failing": "warning", "works": "success"})
    def state(self, circuit):
        if circuit.opened_at:
            return "open", _("does not answer")
        return ("failing", _("fails now and then")) if circuit.failures else ("works", _("works"))

    @display(description=_("status"))
    def standing(self, circuit):
        return self.state(circuit)[1]
