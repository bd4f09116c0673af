"""A map by upload: looked through, shown, and imported when it is confirmed."""

from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import FileField, FileInput, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import INPUT_CLASSES

from campus import services
from campus.models import MapImport
from core.admin import SUPERVISOR, CampusScopedAdmin, ScopedRelatedFilter, has_role
from core.errors import DomainError

MOST_UPLOADED = 25 * 1024 * 1024  # below what the web server takes at all


class MapImportForm(ModelForm):
    file = FileField(
        label=_("file"),
        help_text=_(
            "OpenStreetMap XML (.osm), also packed as .osm.gz or .osm.bz2. On openstreetmap.org: Export."
        ),
        widget=FileInput(attrs={"class": " ".join(INPUT_CLASSES)}),
    )

    class Meta:
        model = MapImport
        fields = ["file", "campus", "code", "name", "outline", "radius_m"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_UPLOADED:
            raise ValidationError(
                _(
                    "This file has more than %(most)d MB. Export only the campus and the streets around it, or pack it (gzip)."
                )
                % {"most": MOST_UPLOADED // 1024 // 1024}
            )
        return file

    def clean(self):
        data = super().clean()
        if data.get("campus"):
            data["code"] = data["name"] = ""
        elif not self.may_make_campuses:
            raise ValidationError(
                {"campus": _("Choose your campus: new ones are made by whoever runs the platform.")}
            )
        return data


@admin.register(MapImport)
class MapImportAdmin(CampusScopedAdmin):
    view_roles = add_roles = (SUPERVISOR,)
    form = MapImportForm
    list_display = ["file_name", "campus", "state", "created_at"]
    list_filter = ["status", ("campus", ScopedRelatedFilter)]
    list_select_related = ["campus"]
    change_form_outer_before_template = "admin/campus/map_import.html"
    warn_unsaved_form = False

    @display(
        description=_("status"),
        ordering="status",
        label={
            "waiting": "info",
            "ready": "warning",
            "confirmed": "info",
            "done": "success",
            "failed": "danger",
        },
    )
    def state(self, row):
        return str(row.status), row.get_status_display()

    def get_fieldsets(self, request, obj=None):
        if obj:
            return [(None, {"fields": [("file_name", "campus"), "created_at"]})]
        return [
            (None, {"fields": ["file", "campus"]}),
            (_("A new campus"), {"fields": [("code", "name")]}),
            (_("Where the file does not say what the campus is"), {"fields": ["outline", "radius_m"]}),
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.may_make_campuses = request.user.is_superuser
        return form

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False  # what was imported when stays known

    def save_model(self, request, obj, form, change):
        if obj.campus_id is None and not request.user.is_superuser:
            raise PermissionDenied
        if obj.campus_id is not None and not has_role(request, self.add_roles, obj.campus_id):
            raise PermissionDenied
        services.begin_map_import(row=obj)

    def response_add(self, request, obj, post_url_continue=None):
        return redirect("admin:campus_mapimport_change", obj.pk)

    def get_urls(self):
        return [
            path("<int:pk>/state/", self.admin_site.admin_view(self.state_of), name="campus_mapimport_state"),
            path(
                "<int:pk>/confirm/", self.admin_site.admin_view(self.confirm), name="campus_mapimport_confirm"
            ),
            *super().get_urls(),
        ]

    def _found(self, request: HttpRequest, pk: int) -> MapImport:
        rows: QuerySet[MapImport] = self.get_queryset(request)
        return get_object_or_404(rows, pk=pk)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        row = self.get_object(request, object_id) if object_id else None
        context = {"show_save_and_continue": False, "show_save_and_add_another": False}
        if row:
            context |= {"map_import": row, "percent": percent_of(row)}
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def state_of(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that follows the work; for htmx."""
        row = self._found(request, pk)
        return render(
            request, "admin/campus/_map_import.html", {"map_import": row, "percent": percent_of(row)}
        )

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Import what was shown."""
        row = self._found(request, pk)
        if request.method != "POST":
            raise PermissionDenied
        try:
            services.confirm_map_import(row=row)
            self.log_change(request, row, str(_("Import")))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(reverse("admin:campus_mapimport_change", args=[pk]))


def percent_of(row: MapImport) -> int:
    """How much of an import is done, for its bar."""
    return cache.get(services.progress_key(row)) or 0
