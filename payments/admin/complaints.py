"""Complaints at the providers, and what we said there."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core import clock
from core.admin import ReadOnlyAdmin
from payments.models import Complaint


@admin.register(Complaint)
class ComplaintAdmin(ReadOnlyAdmin):
    campus_path = "payment__campus"
    list_display = ["no", "gateway", "ref", "status", "due_at", "opened_at"]
    list_filter = ["gateway", "status"]
    list_select_related = ["payment"]
    search_fields = ["=no", "=payment__no", "=payment__ref"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "no",
        "gateway",
        "payment",
        "ref",
        "status",
        "provider_status",
        "reason",
        "words",
        "opened_at",
        "answer_by",
        "due_at",
        "replies",
    ]

    @display(description=_("order"))
    def ref(self, complaint):
        return complaint.payment.ref if complaint.payment else "—"

    @display(description=_("replies"))
    def replies(self, complaint):
        return (
            format_html_join(
                "",
                "<p>{} · {} · {}<br>{}</p>",
                (
                    (
                        clock.day_time(one.created_at),
                        one.get_kind_display(),
                        one.get_status_display(),
                        one.words,
                    )
                    for one in complaint.replies.all()
                ),
            )
            or "—"
        )
