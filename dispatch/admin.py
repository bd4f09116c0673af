"""How a campus hands out its jobs, and what was offered to whom and why."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import DISPATCHER, SUPERVISOR, CampusScopedAdmin, ReadOnlyAdmin, ScopedRelatedFilter
from core.money import yuan
from dispatch import selectors
from dispatch.models import DispatchRule, Offer, Planning


@admin.register(DispatchRule)
class DispatchRuleAdmin(CampusScopedAdmin):
    add_roles = change_roles = delete_roles = (SUPERVISOR,)
    list_display = ["what", "campus", "times", "hall", "hall_rest", "offers", "scan"]
    list_filter = [("campus", ScopedRelatedFilter), "kind"]
    list_select_related = ["campus"]
    fields = ["campus", "kind", "hours", "hall", "hall_rest", "offers", "scan", "favourites"]

    @display(description=_("kind"), ordering="kind")
    def what(self, rule):
        return rule.get_kind_display() or _("every kind")

    @display(description=_("when"), ordering="hours")
    def times(self, rule):
        return rule.hours.short


@admin.register(Planning)
class PlanningAdmin(CampusScopedAdmin):
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["campus", "planned_at", "jobs", "made", "left", "took"]
    list_select_related = ["campus"]
    fieldsets = [
        (None, {"fields": ["campus", "seconds"]}),
        (_("What a plan costs"), {"fields": ["late", "broken", "travel", "share"]}),
        (_("Last round"), {"fields": ["planned_at", "jobs", "made", "left", "took"]}),
    ]
    readonly_fields = ["planned_at", "jobs", "made", "left", "took"]

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, *(["campus"] if obj else [])]

    @display(description=_("open jobs"))
    def jobs(self, planning):
        return planning.figures.get("legs", "—")

    @display(description=_("offers made"))
    def made(self, planning):
        return planning.figures.get("offers", "—")

    @display(description=_("nobody found"))
    def left(self, planning):
        return planning.figures.get("left", "—")

    @display(description=_("seconds"))
    def took(self, planning):
        return planning.figures.get("seconds", "—")


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    view_roles = (SUPERVISOR, DISPATCHER)
    list_display = ["offered_at", "courier", "state", "pay", "made_by", "answered_at"]
    list_filter = [("campus", ScopedRelatedFilter), "status"]
    list_select_related = ["courier__user", "made_by"]
    search_fields = ["=no", "=legs__order__no", "courier__user__name"]
    ordering = ["-pk"]
    fields = readonly_fields = [
        "no", "courier", "status", "jobs", "pay", "why", "made_by", "offered_at", "expires_at", "answered_at",
    ]  # fmt: skip

    @display(
        description=_("status"),
        ordering="status",
        label={
            "open": "warning",
            "accepted": "success",
            "refused": "info",
            "expired": "danger",
            "withdrawn": "info",
        },
    )
    def state(self, offer):
        return offer.status, offer.get_status_display()

    @display(description=_("pay"), ordering="pay_fen")
    def pay(self, offer):
        return yuan(offer.pay_fen)

    @display(description=_("jobs"))
    def jobs(self, offer):
        return format_html_join(
            "", "<p>{} · {}</p>", ((leg.no, leg.order.summary) for leg in offer.legs.select_related("order"))
        )

    @display(description=_("why this courier"))
    def why(self, offer):
        card = selectors.offer_card(offer, full_names=True)
        return format_html_join("", "<p>{}</p>", ((reason,) for reason in card.reasons)) or "—"
