"""Tickets to look up."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from accounts.operator_scope import own_campuses
from accounts.permissions import is_operator
from core.admin import ReadOnlyAdmin, ScopedRelatedFilter
from exceptions.console.selectors import SHOWN_WITH
from exceptions.console.views import ticket_context
from exceptions.library.admin import SEVERITY_TONE
from exceptions.models import Ticket

STATUS_TONE = {
    "open": "danger",
    "reopened": "danger",
    "working": "warning",
    "waiting_party": "info",
    "proposed": "info",
    "resolved": "success",
    "closed": "success",
}


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """To look up. A ticket's own page is the console's; it changes by actions and never by a form."""

    list_display = [
        "no",
        "kind",
        "grave",
        "state",
        "order",
        "campus",
        "courier",
        "assignee",
        "opened",
        "took",
        "stars",
    ]
    list_filter = [
        "status",
        "severity",
        ("campus", ScopedRelatedFilter),
        "source",
        "type",
        ("opened_at", RangeDateTimeFilter),
    ]
    list_filter_submit = True
    list_select_related = ["type", "order", "campus", "courier__user", "assignee"]
    search_fields = ["=no", "=order__no", "=order__customer__phone", "courier__user__name"]
    search_help_text = _("Number of the ticket or order, the customer's phone, the courier's name")
    date_hierarchy = "opened_at"
    ordering = ["-opened_at"]
    list_fullwidth = True

    @display(description=_("type"), ordering="type__position")
    def kind(self, ticket):
        return ticket.type.name

    @display(description=_("severity"), ordering="severity", label=SEVERITY_TONE)
    def grave(self, ticket):
        return ticket.severity, ticket.get_severity_display()

    @display(description=_("status"), ordering="status", label=STATUS_TONE)
    def state(self, ticket):
        return ticket.status, ticket.get_status_display()

    def get_list_display(self, request):
        several = len(own_campuses(request)) > 1
        return [name for name in self.list_display if several or name != "campus"]

    @display(description=_("opened"), ordering="opened_at")
    def opened(self, ticket):
        return date_format(localtime(ticket.opened_at), "m-d H:i")

    @display(description=_("minutes to solve"))
    def took(self, ticket):
        if not ticket.resolved_at:
            return "—"
        return round((ticket.resolved_at - ticket.opened_at).total_seconds() / 60)

    @display(description=_("rating"), ordering="rating")
    def stars(self, ticket):
        return "★" * ticket.rating if ticket.rating else "—"

    def get_object(self, request, object_id, from_field=None):
        """By primary key, or by the number that people know."""
        found = self.get_queryset(request).filter(no=object_id).first()
        return found or super().get_object(request, object_id, from_field)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found) or not is_operator(request.user):
            raise PermissionDenied
        if request.method == "POST":
            raise PermissionDenied  # it changes by actions alone
        rows = self.get_queryset(request).select_related(*SHOWN_WITH)
        ticket = rows.get(pk=found.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{ticket.type.name} · {ticket.no}",
            "original": ticket,
            **ticket_context(request, ticket),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/console/ticket_page.html", context)
