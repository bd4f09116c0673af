"""Withdrawals to approve, to pay by hand where no gateway does, and to export. Account numbers are whole in that
export, and for whoever asks for one and says why: each is in the security log."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from core import clock
from core.admin import ReadOnlyAdmin, ScopedRelatedFilter, has_role
from core.errors import DomainError
from core.money import yuan
from core.sheets import download, in_yuan
from payments import services
from payments.admin.base import BOOKS
from payments.models import Withdrawal
from payments.services.withdrawing import needs_hand

TONES = {
    "requested": "warning",
    "approved": "info",
    "paid": "success",
    "refused": "danger",
    "cancelled": "info",
    "failed": "danger",
}


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnlyAdmin):
    view_roles = BOOKS
    change_form_outer_after_template = "admin/payments/withdrawal_tools.html"
    list_display = ["no", "user", "source", "sum", "payee", "state", "created_at", "decided_by", "done_at"]
    list_filter = [
        "status",
        "source",
        "channel",
        ("campus", ScopedRelatedFilter),
        ("created_at", RangeDateTimeFilter),
    ]
    list_select_related = ["user", "decided_by"]
    search_fields = ["=no", "=gateway_no", "=user__phone", "user__name"]
    fields = readonly_fields = [
        "no",
        "user",
        "campus",
        "source",
        "sum",
        "payee",
        "holder",
        "bank",
        "status",
        "reason",
        "requested_by",
        "created_at",
        "decided_by",
        "decided_at",
        "gateway_no",
        "done_at",
        "attempts",
        "error",
    ]
    actions = ["approve_all", "export_xlsx", "export_csv"]

    @display(description=_("amount"), ordering="amount")
    def sum(self, one):
        return yuan(one.amount)

    @display(description=_("paid to"))
    def payee(self, one):
        return f"{one.get_channel_display()} {one.masked_account}"

    @display(description=_("status"), label=TONES)
    def state(self, one):
        return one.status, one.get_status_display()

    # -- Deciding one ------------------------------------------------------------------------------------------

    def get_urls(self):
        act = self.admin_site.admin_view(self.act)
        return [path("<int:pk>/<slug:name>/do/", act, name="payments_withdrawal_do"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        one = self.get_object(request, object_id)
        return super().change_view(
            request, object_id, form_url, (extra_context or {}) | self._tools(request, one)
        )

    def _tools(self, request, one) -> dict:
        own = one is not None and request.user.pk in (one.user_id, one.requested_by_id)
        waits = one is not None and one.status == Withdrawal.Status.REQUESTED
        return {
            "may_decide": waits and not own,
            "is_own": waits and own,
            "by_hand": one is not None and needs_hand(one),
            "may_see_account": one is not None and has_role(request, BOOKS, one.campus_id),
        }

    def act(self, request, pk, name):
        """approve | refuse | paid | failed | account (show its whole number), by POST alone."""
        one = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method != "POST" or not has_role(request, BOOKS, one.campus_id):
            raise PermissionDenied
        text = request.POST.get("text", "")
        try:
            if name == "approve":
                services.approve_withdrawal(withdrawal=one, actor=request.user)
            elif name == "refuse":
                services.refuse_withdrawal(withdrawal=one, actor=request.user, reason=text)
            elif name == "paid":
                services.book_paid(withdrawal=one, actor=request.user, gateway_no=text)
            elif name == "account":
                number = services.reveal_account(withdrawal=one, actor=request.user, reason=text)
                said = _("Account number of %(name)s: %(number)s") % {"name": one.holder, "number": number}
                messages.success(request, said)
                return redirect(reverse("admin:payments_withdrawal_change", args=[pk]))
            elif name == "failed":
                services.book_failed(withdrawal=one, actor=request.user, reason=text)
            else:
                raise PermissionDenied
            messages.success(request, _("Done."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(reverse("admin:payments_withdrawal_change", args=[pk]))

    # -- Many at once ------------------------------------------------------------------------------------------

    def has_books_permission(self, request, obj=None):
        return has_role(request, BOOKS)

    @admin.action(description=_("Approve"), permissions=["books"])
    def approve_all(self, request, queryset):
        done = 0
        for one in queryset.filter(status=Withdrawal.Status.REQUESTED).order_by("pk"):
            try:
                services.approve_withdrawal(withdrawal=one, actor=request.user)
                done += 1
            except DomainError as error:
                messages.error(request, f"{one.no}: {error}")
        said = ngettext("%d withdrawal is approved.", "%d withdrawals are approved.", done) % done
        messages.info(request, said)

    @admin.action(description=_("Export with whole account numbers (xlsx)"), permissions=["books"])
    def export_xlsx(self, request, queryset):
        return self._export(request, queryset, "xlsx")

    @admin.action(description=_("Export with whole account numbers (csv)"), permissions=["books"])
    def export_csv(self, request, queryset):
        return self._export(request, queryset, "csv")

    def _export(self, request, queryset, format: str):
        headers = [
            _("number"), _("status"), _("requested"), _("for"), _("out of"), _("paid to"), _("account holder"),
            _("account number"), _("bank"), _("amount (yuan)"), _("number of the payment"), _("done"),
        ]  # fmt: skip
        found = list(queryset.select_related("user").order_by("pk"))
        rows = (
            (
                one.no, one.get_status_display(), one.created_at, one.user.display_name,
                one.get_source_display(), one.get_channel_display(), one.holder, one.account_no, one.bank,
                in_yuan(one.amount), one.gateway_no, one.done_at or "",
            )
            for one in found
        )  # fmt: skip
        for one in found:
            services.log_account_shown(withdrawal=one, actor=request.user, reason=f"export {format}")
        today = clock.today()
        return download(f"withdrawals-{today:%Y-%m-%d}", format, headers, rows)
