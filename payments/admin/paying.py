"""Payments, refunds and what gateways told us. A failed refund can be sent again, or paid by hand."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from core.admin import (
    ReadOnlyAdmin,
    ReadOnlyTabularInline,
    has_role,
)
from core.errors import DomainError
from core.money import yuan
from payments import services
from payments.admin.base import BOOKS, story_link
from payments.admin.manual_refunds import ManualRefundInline, ManualRefundTools
from payments.admin.story import StoryPages
from payments.models import GatewayNotice, Payment, Refund


class RefundInline(ReadOnlyTabularInline):
    model = Refund
    fields = readonly_fields = ["no", "sum", "reason", "status", "attempts", "error", "created_at", "done_at"]

    @display(description=_("amount"))
    def sum(self, refund):
        return yuan(refund.amount)


@admin.register(Payment)
class PaymentAdmin(StoryPages):
    list_display = ["no", "ref", "purpose", "user", "gateway", "sum", "back", "state", "created_at", "story"]
    list_filter = ["status", "gateway", "purpose"]
    list_select_related = ["user"]
    search_fields = ["=no", "=ref", "=gateway_no", "=user__phone"]
    date_hierarchy = "created_at"
    fields = readonly_fields = [
        "no",
        "ref",
        "purpose",
        "user",
        "campus",
        "gateway",
        "gateway_no",
        "sum",
        "back",
        "status",
        "created_at",
        "expires_at",
        "paid_at",
        "story",
    ]
    inlines = [RefundInline]

    @display(description=_("amount"), ordering="amount")
    def sum(self, payment):
        return yuan(payment.amount)

    @display(description=_("refunded"))
    def back(self, payment):
        return yuan(payment.refunded) if payment.refunded else "—"

    @display(description=_("status"), label={"paid": "success", "pending": "warning", "closed": "info"})
    def state(self, payment):
        return payment.status, payment.get_status_display()

    @display(description=_("story"))
    def story(self, payment):
        return story_link(payment.ref)


@admin.register(Refund)
class RefundAdmin(ManualRefundTools):
    campus_path = "payment__campus"
    list_display = [
        "no",
        "ref",
        "person",
        "sum",
        "reason",
        "gateway",
        "state",
        "attempts",
        "error",
        "created_at",
    ]
    list_filter = ["status", "payment__gateway"]
    list_select_related = ["payment__user"]
    search_fields = ["=no", "=payment__no", "=payment__ref", "=payment__user__phone"]
    fields = readonly_fields = [
        "no",
        "payment",
        "sum",
        "reason",
        "status",
        "attempts",
        "next_try_at",
        "error",
        "created_at",
        "done_at",
        "story",
    ]
    inlines = [ManualRefundInline]
    actions = ["send_again"]

    @display(description=_("order"))
    def ref(self, refund):
        return refund.payment.ref

    @display(description=_("customer"))
    def person(self, refund):
        return refund.payment.user

    @display(description=_("amount"), ordering="amount")
    def sum(self, refund):
        return yuan(refund.amount)

    @display(description=_("gateway"))
    def gateway(self, refund):
        return refund.payment.get_gateway_display()

    @display(description=_("status"), label={"done": "success", "queued": "warning", "failed": "danger"})
    def state(self, refund):
        return refund.status, refund.get_status_display()

    @display(description=_("story"))
    def story(self, refund):
        return story_link(refund.payment.ref)

    def has_send_permission(self, request, obj=None):
        return has_role(request, BOOKS)

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request, queryset):
        failed = list(queryset.filter(status=Refund.Status.FAILED))
        sent = 0
        for refund in failed:
            try:
                services.retry_refund(refund=refund, actor=request.user)
                sent += 1
            except DomainError as error:
                messages.error(request, f"{refund.no}: {error}")
        if sent:
            text = ngettext("%d refund is sent again.", "%d refunds are sent again.", sent)
            messages.success(request, text % sent)
        elif not failed:
            messages.info(request, _("None of these has failed: there is nothing to send again."))


@admin.register(GatewayNotice)
class GatewayNoticeAdmin(ReadOnlyAdmin):
    campus_path = None
    view_roles = BOOKS
    list_display = ["id", "gateway", "payment_no", "sum", "state", "error", "created_at"]
    list_filter = ["outcome", "gateway"]
    search_fields = ["=payment_no", "=nonce"]
    fields = readonly_fields = ["gateway", "nonce", "payment_no", "sum", "outcome", "error", "created_at"]

    @display(description=_("amount"))
    def sum(self, notice):
        return yuan(notice.amount)

    @display(description=_("status"), label={"taken": "success", "refused": "danger"})
    def state(self, notice):
        return notice.outcome, notice.get_outcome_display()
