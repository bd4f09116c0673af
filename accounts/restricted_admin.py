"""What is kept of erased people because the law wants it: a list of numbers, and what is behind one for a reason."""

from django.contrib import admin
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from unfold.decorators import display

from accounts import personal, services
from accounts.export import tables
from accounts.models import RestrictedRecord
from core.admin import FINANCE, SUPERVISOR, ReadOnlyAdmin
from core.errors import DomainError


@admin.register(RestrictedRecord)
class RestrictedRecordAdmin(ReadOnlyAdmin):
    view_roles = (FINANCE, SUPERVISOR)
    list_display = ["__str__", "campus", "created_at", "kept_until"]
    fields = readonly_fields = ["created_at", "kept_until"]
    change_form_outer_after_template = "admin/accounts/restricted_tools.html"
    list_display_links = ["__str__"]

    @display(description=gettext_lazy("kept until"))
    def kept_until(self, record):
        return date_format(timezone.localtime(record.until), "DATE_FORMAT")

    def get_urls(self):
        read = self.admin_site.admin_view(never_cache(self.read))
        return [path("<int:pk>/read/", read, name="accounts_restrictedrecord_read"), *super().get_urls()]

    def read(self, request, pk):
        """Show it, to who says why. A reload asks for the reason again."""
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Record under restriction %(number)s") % {"number": record},
            "opts": self.opts,
            "original": record,
        }
        if request.method == "POST":
            try:
                content = services.read_restricted(
                    record=record, actor=request.user, reason=request.POST.get("reason", "")
                )
                whole = {"person": {name: content.pop(name) for name in ("name", "phone")}, **content}
                context["tables"] = tables(personal.with_labels(whole))
                context["tables"][0].title = _("The person")
            except DomainError as error:
                context["error"] = str(error)
        return render(request, "admin/accounts/restricted.html", context)
