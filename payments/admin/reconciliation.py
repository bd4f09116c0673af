"""What was compared, what it found, and comparing now."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import Actor
from core import clock
from core.admin import ReadOnlyAdmin, ReadOnlyTabularInline, has_role
from core.errors import DomainError
from core.money import yuan
from payments import gateways
from payments.admin.base import BOOKS, story_link
from payments.models import Discrepancy, Reconciliation, Scope
from payments.reconciliation import check_bill, check_books, settle_discrepancy

MAX_FILE = 10_000_000  # bytes


class CompareForm(forms.Form):
    """Our own books, or the bill of a gateway: fetched, or the file that finance has fetched."""

    scope = forms.ChoiceField(label=_("What to compare"), widget=UnfoldAdminSelectWidget)
    day = forms.DateField(
        label=_("Day of the bill"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text=_("Yesterday, if you leave it empty. Not needed for our own books."),
    )
    file = forms.FileField(
        label=_("Bill file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.zip,.gz", "class": " ".join(INPUT_CLASSES)}),
        help_text=_("If you have downloaded it from the gateway's own site. Without a file we fetch it."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [
            (Scope.BOOKS, Scope.BOOKS.label),
            *(
                (name, _("bill of %(gateway)s") % {"gateway": Scope(name).label})
                for name in gateways.billing()
            ),
        ]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > MAX_FILE:
            raise forms.ValidationError(_("This file is too big."))
        return file

    def compare(self, actor: Actor) -> Reconciliation:
        said = self.cleaned_data
        if said["scope"] == Scope.BOOKS:
            return check_books(actor=actor)
        day = said["day"] or clock.today() - timedelta(days=1)
        file = said["file"].read() if said["file"] else None
        return check_bill(gateway=said["scope"], day=day, file=file, actor=actor)


class SettleForm(BaseDialogForm):
    note = forms.CharField(
        label=_("What it was"), max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class _Found:
    """How a finding looks in lists."""

    @display(description=_("difference"), ordering="fen")
    def sum(self, discrepancy):
        return yuan(discrepancy.fen, sign=True)

    @display(description=_("status"), label={"open": "danger", "settled": "success"})
    def state(self, discrepancy):
        return discrepancy.status, discrepancy.get_status_display()


class FindingInline(_Found, ReadOnlyTabularInline):
    model = Discrepancy
    fk_name = "last"
    campus_path = None
    view_roles = BOOKS
    show_change_link = True
    fields = readonly_fields = ["kind", "no", "ref", "sum", "status", "note"]


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    campus_path = None
    view_roles = BOOKS
    list_display = [
        "id",
        "scope",
        "day",
        "state",
        "found",
        "lines",
        "by_hand",
        "actor",
        "error",
        "created_at",
    ]
    list_filter = ["scope", "status", "by_hand"]
    list_select_related = ["actor"]
    date_hierarchy = "day"
    fields = readonly_fields = [
        "scope", "since_day", "day", "status", "found", "lines", "by_hand", "actor", "error", "created_at", "done_at",
    ]  # fmt: skip
    inlines = [FindingInline]
    actions_list = ["compare"]

    @display(description=_("status"), label={"done": "success", "waiting": "warning", "failed": "danger"})
    def state(self, run):
        return run.status, run.get_status_display()

    @action(description=_("Compare now"), icon="rule", url_path="compare/")
    def compare(self, request) -> HttpResponse:
        """Compare now: a page with a form."""
        if not has_role(request, BOOKS):
            raise PermissionDenied
        sent = request.method == "POST"
        form = CompareForm(request.POST, request.FILES) if sent else CompareForm()
        if sent and form.is_valid():
            try:
                run = form.compare(request.user)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                text = ngettext("%(n)s difference found.", "%(n)s differences found.", run.found)
                level = messages.WARNING if run.found else messages.SUCCESS
                messages.add_message(request, level, text % {"n": run.found})
                return redirect("admin:payments_reconciliation_change", run.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Compare now"),
            "form": form,
            "opts": self.opts,
        }
        status = 422 if form.errors else 200
        return render(request, "admin/payments/compare.html", context, status=status)


@admin.register(Discrepancy)
class DiscrepancyAdmin(_Found, ReadOnlyAdmin):
    campus_path = None
    view_roles = BOOKS
    list_display = ["id", "kind", "no", "sum", "scope", "state", "created_at", "story"]
    list_filter = ["status", "kind", "scope"]
    search_fields = ["=no", "=ref"]
    date_hierarchy = "created_at"
    fields = readonly_fields = [
        "kind", "no", "ref", "sum", "scope", "status", "created_at", "first", "last", "note", "settled_by",
        "settled_at", "story",
    ]  # fmt: skip
    actions_detail = ["settle"]

    @display(description=_("story"))
    def story(self, discrepancy):
        return story_link(discrepancy.ref) if discrepancy.ref else "—"

    def has_settle_permission(self, request, object_id=None) -> bool:
        discrepancy = self.get_object(request, object_id)
        return (
            has_role(request, BOOKS)
            and discrepancy is not None
            and discrepancy.status == Discrepancy.Status.OPEN
        )

    @action(description=_("Settle"), icon="task_alt", permissions=["settle"],
            dialog={"title": _("What was it?"),
                    "description": _("The finding is settled with these words. The books stay as they are."),
                    "form_class": SettleForm})  # fmt: skip
    def settle(self, request, form, object_id):
        if (discrepancy := self.get_object(request, object_id)) is None:
            raise Http404
        try:
            settle_discrepancy(discrepancy=discrepancy, note=form.cleaned_data["note"], actor=request.user)
            messages.success(request, _("Done."))
        except DomainError as error:
            messages.error(request, str(error))
        return HttpResponseClientRedirect(reverse("admin:payments_discrepancy_change", args=[object_id]))
