"""Orders to look at, and the rules that price and time them."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import (
    DISPATCHER,
    SUPERVISOR,
    CampusScopedAdmin,
    ReadOnlyAdmin,
    ScopedRelatedFilter,
)
from core.money import yuan
from core.versioned_admin import DraftsAdmin, LiveFilter
from orders.models import Demand, Kind, Order, PriceRule, StagePolicy, Status
from orders.price_sheets.admin import PriceSheetPage
from orders.pricing import line_label
from orders.prohibited import admin as prohibited
from orders.timeline import timeline
from telephony.selectors import calls_about
from telephony.wording import sentence

__all__ = ["prohibited"]
TONES = {
    Status.PENDING_PAYMENT: "info",
    Status.PLACED: "warning",
    Status.ACCEPTED: "primary",
    Status.PICKED_UP: "primary",
    Status.AT_RELAY: "primary",
    Status.RETURNING: "warning",
    Status.DELIVERED: "success",
    Status.COMPLETED: "success",
    Status.CANCELLED: "danger",
    Status.EXPIRED: "danger",
    Status.RETURNED: "danger",
}


@admin.register(PriceRule)
class PriceRuleAdmin(PriceSheetPage, DraftsAdmin):
    """Saving makes a new version; the old one stays for the orders that were priced by it. A sheet makes drafts."""

    add_roles = change_roles = (SUPERVISOR,)
    list_display = [
        "kind_name",
        "campus",
        "edition",
        "base",
        "bounds",
        "share",
        "live_at",
        "published_by",
    ]
    list_filter = [LiveFilter, "kind", ("campus", ScopedRelatedFilter)]
    list_select_related = ["campus", "published_by"]
    actions_list = ["sheet"]
    fieldsets = [
        (None, {"fields": [("campus", "kind"), "reason", ("version", "published_by", "live_at")]}),
        (_("Fee"), {"fields": [("base_fen", "floor_fen", "ceiling_fen"), ("included_m", "per_100m_fen"), ("included_kg", "per_kg_fen")]}),
        (_("How hard it is"), {"fields": [("size_m_fen", "size_l_fen"), ("per_floor_fen", "per_piece_fen", "per_15min_fen")]}),
        (_("Surcharges"), {"fields": [("night_fen", "rain_fen", "storm_fen"), ("surge_step_fen", "surge_max_fen")]}),
        (_("Shares and promises"), {"fields": [("courier_percent", "promise_minutes"), ("cancel_free_minutes", "cancel_percent")]}),
    ]  # fmt: skip

    @display(description=_("kind"), ordering="kind")
    def kind_name(self, rule):
        return rule.get_kind_display()

    @display(description=_("base fee"))
    def base(self, rule):
        return yuan(rule.base_fen)

    @display(description=_("between"))
    def bounds(self, rule):
        return f"{yuan(rule.floor_fen)} – {yuan(rule.ceiling_fen)}"

    @display(description=_("courier's share"))
    def share(self, rule):
        return f"{rule.courier_percent} %"


@admin.register(StagePolicy)
class StagePolicyAdmin(CampusScopedAdmin):
    add_roles = change_roles = delete_roles = (SUPERVISOR,)
    list_display = ["stage", "kind_name", "campus", "minutes", "stretches_at_peak"]
    list_filter = ["stage", ("campus", ScopedRelatedFilter)]
    list_select_related = ["campus"]

    @display(description=_("kind"), ordering="kind")
    def kind_name(self, policy):
        return policy.get_kind_display() if policy.kind else _("every kind")


@admin.register(Demand)
class DemandAdmin(ReadOnlyAdmin):
    campus_path = "zone__campus"
    view_roles = (DISPATCHER, SUPERVISOR)
    list_display = ["zone", "open_jobs", "couriers", "measured_at"]
    list_select_related = ["zone"]
    fields = readonly_fields = ["zone", "open_jobs", "couriers", "measured_at"]


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return Kind.choices

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Everything about an order on one page. What is wrong with it is handled in its tickets, not here."""

    list_display = [
        "no",
        "state",
        "kind_name",
        "summary",
        "customer",
        "way",
        "total",
        "promised_at",
        "created_at",
    ]
    list_filter = ["status", KindFilter, ("campus", ScopedRelatedFilter)]
    list_select_related = ["customer", "pickup", "dropoff"]
    search_fields = ["=no", "=customer__phone", "=contact_phone"]
    date_hierarchy = "created_at"
    # What the apps above know of it: the panels "orders.admin".
    change_form_after_template = "admin/orders/_after.html"
    fieldsets = [
        (None, {"fields": [("no", "status"), ("kind_name", "summary"), ("customer", "campus"), ("links",)]}),
        (_("Way"), {"fields": ["way", "door", "contact", "window", "gender_wanted", "note"]}),
        (_("Price"), {"fields": ["price_lines", "rule", "goods_cost"]}),
        (_("What happened"), {"fields": ["times", "happenings"]}),
    ]  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        return [
            name
            for _title, part in self.fieldsets
            for row in part["fields"]
            for name in ([row] if isinstance(row, str) else row)
        ]

    @display(
        description=_("status"),
        ordering="status",
        label={str(status): tone for status, tone in TONES.items()},
    )
    def state(self, order):
        return str(order.status), order.get_status_display()

    @display(description=_("kind"), ordering="kind")
    def kind_name(self, order):
        return order.get_kind_display()

    @display(description=_("way"))
    def way(self, order):
        return " → ".join(place.label for place in (order.pickup, order.dropoff) if place)

    @display(description=_("floor and room"))
    def door(self, order):
        return order.dropoff_detail or "—"

    @display(description=_("contact"))
    def contact(self, order):
        return f"{order.contact_name} {order.masked_contact_phone}".strip() or "—"

    @display(description=_("window"))
    def window(self, order):
        if not order.is_scheduled:
            return _("as soon as possible")
        return render_to_string("admin/orders/_window.html", {"order": order})

    @display(description=_("total"), ordering="total_fen")
    def total(self, order):
        return yuan(order.total_fen)

    @display(description=_("price rule"))
    def rule(self, order):
        page = reverse("admin:orders_pricerule_change", args=[order.price_rule_id])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', page, order.price_rule
        )

    @display(description=_("goods bought for"))
    def goods_cost(self, order):
        return yuan(order.goods_cost_fen)

    @display(description=_("price"))
    def price_lines(self, order):
        lines = [
            {"label": line_label(line["code"], line["params"]), "fen": line["fen"]} for line in order.lines
        ]
        return render_to_string("admin/orders/_lines.html", {"lines": lines, "order": order})

    @display(description=_("links"))
    def links(self, order):
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:payments_story", args=[order.no]), _("Money story")
        )

    @display(description=_("times"))
    def times(self, order):
        times = [
            (_("ordered"), order.created_at),
            (_("paid"), order.placed_at),
            (_("accepted"), order.accepted_at),
            (_("picked up"), order.picked_up_at),
            (_("delivered"), order.delivered_at),
            (_("closed"), order.closed_at),
            (_("first promised by"), order.first_promised_at),
            (_("promised by"), order.promised_at),
            (_("this stage is overdue at"), order.stage_due_at),
        ]
        return render_to_string("admin/orders/_times.html", {"times": times})

    @display(description=_("history"))
    def happenings(self, order):
        entries = [
            (entry.at, entry.text, entry.who, entry.entry.reason)
            for entry in timeline(order.history.select_related("actor"))
        ]
        for call in calls_about(order.no):
            entries.append((call.at, sentence(call), call.caller.display_name if call.caller else "", ""))
        entries.sort(key=lambda entry: entry[0])
        return render_to_string("admin/orders/_history.html", {"entries": entries})
