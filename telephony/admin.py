"""The call log, to look at: who called whom about what, how it went; never a number that is somebody's own."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import ReadOnlyAdmin, ScopedRelatedFilter
from core.phones import mask_phone
from telephony.models import CallAttempt, NumberBinding


@admin.register(CallAttempt)
class CallAttemptAdmin(ReadOnlyAdmin):
    list_display = ["at", "order_no", "who", "whom", "outcome", "seconds", "provider"]
    list_filter = [("campus", ScopedRelatedFilter), "result", "caller_role", "callee_role", "provider"]
    list_select_related = ["caller", "callee"]
    search_fields = ["order_no__startswith", "ticket_no__startswith"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "at", "campus", "order_no", "leg_no", "ticket_no", "who", "whom", "result", "seconds", "provider", "binding",
    ]  # fmt: skip

    @display(description=_("caller"))
    def who(self, call):
        name = call.caller.display_name if call.caller else "—"
        return f"{name} · {call.get_caller_role_display()}"

    @display(description=_("called"))
    def whom(self, call):
        name = call.callee.display_name if call.callee else call.masked_phone
        return f"{name} · {call.get_callee_role_display()}"

    @display(
        description=_("result"),
        label={"answered": "success", "unanswered": "warning", "busy": "warning", "off": "warning",
               "rejected": "warning", "failed": "danger"},
    )  # fmt: skip
    def outcome(self, call):
        return call.result, call.get_result_display()


@admin.register(NumberBinding)
class NumberBindingAdmin(ReadOnlyAdmin):
    list_display = [
        "order_no",
        "number",
        "provider",
        "between",
        "created_at",
        "expires_at",
        "released_at",
        "error",
    ]
    list_filter = [("campus", ScopedRelatedFilter), "provider"]
    list_select_related = ["a_user", "b_user"]
    search_fields = ["order_no__startswith", "ticket_no__startswith", "number"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "campus", "order_no", "leg_no", "ticket_no", "number", "provider", "ref", "between",
        "created_at", "expires_at", "ended_at", "released_at", "error",
    ]  # fmt: skip

    @display(description=_("between"))
    def between(self, binding):
        ends = [(binding.a_user, binding.a_phone), (binding.b_user, binding.b_phone)]
        return " ↔ ".join(user.display_name if user else mask_phone(phone) for user, phone in ends)
