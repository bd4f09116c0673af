"""Ratings are looked at: what is said about whom, without the pages of either."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from delivery.models import Rating


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    campus_path = "order__campus"
    list_display = ["order", "courier", "__str__", "text", "created_at"]
    list_filter = ["stars"]
    list_select_related = ["order", "courier__user"]
    search_fields = ["=order__no", "=courier__user__phone", "text"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "order",
        "leg",
        "courier",
        "stars",
        "tags",
        "text",
        "created_at",
        "changed_at",
    ]
