"""Rescues are looked at: who fetched what from whom, where, and how it ended."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import ReadOnlyAdmin
from core.money import yuan
from delivery.models import Rescue


@admin.register(Rescue)
class RescueAdmin(ReadOnlyAdmin):
    campus_path = "leg__campus"
    list_display = ["order", "first", "second", "way", "outcome", "created_at"]
    list_filter = ["way", "outcome"]
    list_select_related = ["leg__order", "leg__courier__user", "giver__courier__user"]
    search_fields = ["=leg__order__no", "=leg__courier__user__phone", "=giver__courier__user__phone"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "order",
        "first",
        "second",
        "way",
        "note",
        "reason",
        "by",
        "paid",
        "outcome",
        "words",
        "created_at",
        "ended_at",
    ]

    @display(description=_("order"))
    def order(self, rescue):
        return rescue.leg.order.no

    @display(description=_("first courier"))
    def first(self, rescue):
        return rescue.giver.courier

    @display(description=_("second courier"))
    def second(self, rescue):
        return rescue.leg.courier

    @display(description=_("for the first courier"))
    def paid(self, rescue):
        return yuan(rescue.giver_fen)
