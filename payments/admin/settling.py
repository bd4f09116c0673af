"""Merchants' settlements: looked at, downloaded, and their payment asked for. Another person approves it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from core.admin import ReadOnlyAdmin, ReadOnlyTabularInline, ScopedRelatedFilter, has_role
from core.errors import DomainError
from core.money import yuan
from core.sheets import FORMATS
from payments import services
from payments.admin.base import BOOKS, story_link
from payments.models import Sale, Settlement
from payments.views.settlements import statement_file


class SaleInline(ReadOnlyTabularInline):
    model = Sale
    fields = readonly_fields = ["ref", "sold_at", "goods", "commission", "rule", "charged", "net", "story"]

    @display(description=_("goods"))
    def goods(self, sale):
        return yuan(sale.goods_fen)

    @display(description=_("commission"))
    def commission(self, sale):
        return yuan(sale.commission_fen)

    @display(description=_("borne for complaints"))
    def charged(self, sale):
        return yuan(sale.charged_fen) if sale.charged_fen else "—"

    @display(description=_("to the merchant"))
    def net(self, sale):
        return yuan(sale.net_fen)

    @display(description=_("story"))
    def story(self, sale):
        return story_link(sale.ref)


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    view_roles = BOOKS
    change_form_outer_after_template = "admin/payments/settlement_tools.html"
    list_display = ["no", "day", "merchant", "sales_count", "goods", "commission", "net", "state"]
    list_filter = [("campus", ScopedRelatedFilter), ("day", RangeDateFilter)]
    list_select_related = ["merchant", "withdrawal"]
    search_fields = ["=no", "merchant__name"]
    date_hierarchy = "day"
    fields = readonly_fields = [
        "no",
        "merchant",
        "day",
        "sales_count",
        "goods",
        "commission",
        "charged",
        "net",
        "standing",
        "payout",
        "created_at",
    ]
    inlines = [SaleInline]
    actions = ["ask_for_all"]

    @display(description=_("goods"), ordering="goods_fen")
    def goods(self, one):
        return yuan(one.goods_fen)

    @display(description=_("commission"))
    def commission(self, one):
        return yuan(one.commission_fen)

    @display(description=_("borne for complaints"))
    def charged(self, one):
        return yuan(one.charged_fen)

    @display(description=_("to the merchant"))
    def net(self, one):
        return yuan(one.net_fen)

    @display(description=_("status"), label={"open": "warning", "paid": "success", "on": "info"})
    def state(self, one):
        tone = "open" if one.payable else "paid" if one.withdrawal.status == "paid" else "on"
        return tone, one.standing

    @display(description=_("status"))
    def standing(self, one):
        return one.standing

    @display(description=_("payout"))
    def payout(self, one):
        if one.withdrawal is None:
            return "—"
        url = reverse("admin:payments_withdrawal_change", args=[one.withdrawal_id])
        return format_html('<a href="{}">{}</a>', url, one.withdrawal.no)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/pay/", view(self.ask), name="payments_settlement_pay"),
            path("<int:pk>/statement.<slug:format>", view(self.file), name="payments_settlement_file"),
            *super().get_urls(),
        ]

    def ask(self, request, pk):
        """Ask for the payment, by POST alone."""
        one = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method != "POST" or not has_role(request, BOOKS, one.campus_id):
            raise PermissionDenied
        try:
            services.request_payout(settlement=one, actor=request.user)
            messages.success(request, _("Asked for. Another person has to approve it."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(reverse("admin:payments_settlement_change", args=[pk]))

    def file(self, request, pk, format):
        if format not in FORMATS:
            raise Http404
        return statement_file(get_object_or_404(self.get_queryset(request), pk=pk), format)

    def has_books_permission(self, request, obj=None):
        return has_role(request, BOOKS)

    @admin.action(description=_("Ask for payment"), permissions=["books"])
    def ask_for_all(self, request, queryset):
        for one in queryset.select_related("merchant", "withdrawal").order_by("pk"):
            try:
                services.request_payout(settlement=one, actor=request.user)
            except DomainError as error:
                messages.error(request, f"{one}: {error}")
        messages.info(request, _("Asked for. Another person has to approve it."))
