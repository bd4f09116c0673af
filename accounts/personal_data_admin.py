"""The table of personal data in the admin: what is kept, for what, for whom, how long, and what the sweep did last."""

from itertools import groupby

from django.contrib import admin
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import personal_data
from core.admin import SUPERVISOR, ReadOnlyAdmin
from core.models import RetentionRun
from core.personal_data import Erasure


@admin.register(RetentionRun)
class RetentionRunAdmin(ReadOnlyAdmin):
    campus_path = None
    view_roles = (SUPERVISOR,)
    list_display = ["key", "at", "count", "error"]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        runs = {run.key: run for run in RetentionRun.objects.all()}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Personal data"),
            "opts": self.opts,
            "last": max((run.at for run in runs.values()), default=None),
            "failed": [run for run in runs.values() if run.error],
            "gone": sum(run.count for run in runs.values()),
            "models": [
                (model_title(model), model, [describe(row, runs) for row in rows])
                for model, rows in groupby(personal_data.table(), key=lambda row: row.model)
            ],
        }
        return render(request, "admin/accounts/personal_data.html", context)


def model_title(label: str) -> str:
    """What people call the rows of this model; "" where nobody but the code has a word for them."""
    model = next(row.Model for row in personal_data.table() if row.model == label)
    named = "verbose_name" in model._meta.original_attrs
    return capfirst(str(model._meta.verbose_name_plural)) if named else ""


def field_title(row: personal_data.Row, name: str) -> SafeString:
    """What people call a field, else its name in the code."""
    title = getattr(row.Model._meta.get_field(name), "verbose_name", name)
    return conditional_escape(title) if isinstance(title, Promise) else format_html("<code>{}</code>", name)


def describe(row: personal_data.Row, runs: dict[str, RetentionRun]) -> dict:
    """A row of the table in words, with what the sweep did last."""
    run = runs.get(row.sweep_key)
    return {
        "fields": [field_title(row, name) for name in row.fields],
        "purpose": row.purpose,
        "readers": ", ".join(str(reader.label) for reader in row.readers),
        "kept": kept(row),
        "erasure": row.erasure.label,
        "law": row.law,
        "exported": bool(row.exported),
        "run": run,
    }


def kept(row: personal_data.Row) -> str:
    """How long, in words."""
    if row.keeps is None and row.erasure in (Erasure.PSEUDONYM, Erasure.RESTRICT):
        return _("as long as what it belongs to")
    if row.keeps is None:
        return _("until the account is erased")
    days = round(row.keeps.days)
    if not days:
        return _("until it has been decided")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
