"""Legs are looked at."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.permissions import HANDLERS
from core.admin import ReadOnlyAdmin, has_role
from core.money import yuan
from delivery import selectors
from delivery.models import Leg
from delivery.stages import describe


@admin.register(Leg)
class LegAdmin(ReadOnlyAdmin):
    change_form_after_template = "admin/delivery/trail.html"

    class Media:
        css = {"all": ["vendor/leaflet/leaflet.css", "css/map.css"]}
        js = ["vendor/leaflet/leaflet.js", "js/map.js"]

    list_display = [
        "no",
        "order_link",
        "state",
        "courier_name",
        "pickup",
        "dropoff",
        "pay",
        "opened_at",
        "due_at",
    ]
    list_filter = ["status", "gender"]
    list_select_related = ["order", "courier__user", "pickup", "dropoff"]
    search_fields = ["=no", "=order__no", "=courier__user__phone"]
    date_hierarchy = "created_at"
    fields = readonly_fields = [
        "no",
        "order_link",
        "campus",
        "sequence",
        "state_now",
        "courier_name",
        "pickup",
        "dropoff",
        "gender",
        "pay",
        "bonus",
        "priority",
        "due_at",
        "eta_at",
        "created_at",
        "opened_at",
        "assigned_at",
        "at_pickup_at",
        "picked_up_at",
        "at_dropoff_at",
        "ended_at",
        "given_back_for",
        "taken_off",
    ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """With the way that its courier took, for those who look into things."""
        leg = self.get_object(request, object_id) if object_id else None
        sees = leg is not None and has_role(request, HANDLERS, leg.campus_id)
        context = {"leg_campus": leg.campus, "trail": selectors.trail(leg)} if sees else {}
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})

    @display(description=_("order"), ordering="order")
    def order_link(self, leg):
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:orders_order_change", args=[leg.order_id]), leg.order.no
        )

    @display(
        description=_("status"),
        ordering="status",
        label={
            "waiting": "info",
            "open": "warning",
            "offered": "warning",
            "assigned": "info",
            "at_pickup": "info",
            "picked_up": "info",
            "at_dropoff": "info",
            "done": "success",
            "cancelled": "danger",
            "released": "danger",
            "failed": "danger",
        },
    )
    def state(self, leg):
        return leg.status, leg.get_status_display()

    @display(description=_("status"))
    def state_now(self, leg):
        return leg.get_status_display()

    @display(description=_("courier"), ordering="courier__user__name")
    def courier_name(self, leg):
        return leg.courier.user.display_name if leg.courier else "—"

    @display(description=_("pay"), ordering="pay_fen")
    def pay(self, leg):
        return yuan(leg.pay_fen)

    @display(description=_("bonus"))
    def bonus(self, leg):
        return yuan(leg.bonus_fen)

    @display(description=_("given back because"))
    def given_back_for(self, leg):
        entry = leg.order.history.filter(machine="leg", action="release", data__leg=leg.no).last()
        return describe(entry.reason) if entry and entry.reason else "—"

    @display(description=_("not offered again to"))
    def taken_off(self, leg):
        return ", ".join(str(courier) for courier in leg.excluded.select_related("user")) or "—"
