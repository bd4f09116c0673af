"""What was decided."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from core import money
from core.admin import ReadOnlyAdmin
from exceptions.models import Ruling


@admin.register(Ruling)
class RulingAdmin(ReadOnlyAdmin):
    campus_path = "ticket__campus"
    list_display = [
        "created_at",
        "ticket_link",
        "kind",
        "amount",
        "borne",
        "points",
        "courier",
        "by",
        "stands",
    ]
    list_filter = ["kind", "shares__payer", ("created_at", RangeDateTimeFilter)]
    list_filter_submit = True
    list_select_related = ["ticket__type", "courier__user", "by"]
    search_fields = ["=ticket__no", "=ticket__order__no", "courier__user__name"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    fields = readonly_fields = [
        "ticket_link",
        "kind",
        "amount",
        "by_rule",
        "borne",
        "points",
        "courier",
        "rule",
        "reason",
        "by",
        "created_at",
        "revoked_at",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("shares")

    @display(description=_("ticket"))
    def ticket_link(self, ruling):
        url = reverse("admin:exceptions_ticket_change", args=[ruling.ticket.no])
        return format_html('<a href="{}">{} · {}</a>', url, ruling.ticket.type.name, ruling.ticket.no)

    @display(description=_("amount"), ordering="amount_fen")
    def amount(self, ruling):
        return money.yuan(ruling.amount_fen) if ruling.amount_fen else "—"

    @display(description=_("borne by"))
    def borne(self, ruling):
        """Each payer with what they really paid."""
        return (
            " · ".join(
                f"{share.get_payer_display()} {money.yuan(share.fen)}" for share in ruling.shares.all()
            )
            or "—"
        )

    @display(description=_("the rule said"))
    def by_rule(self, ruling):
        return money.yuan(ruling.ruled_fen)

    @display(description=_("stands"), boolean=True)
    def stands(self, ruling):
        return ruling.revoked_at is None
