"""The campus editor."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.forms import BooleanField, ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldBooleanWidget

from campus import gcj02, opening, services, surroundings
from campus.admin.calendar import CalendarPage
from campus.geo import LatLon
from campus.models import Campus, PeakPeriod, Place, Zone
from core.admin import (
    DISPATCHER,
    SUPERVISOR,
    CampusScopedAdmin,
    CampusScopedTabularInline,
    ScopedRelatedFilter,
    campuses_with,
    has_role,
    scoped,
)
from core.errors import DomainError, Invalid
from core.ids import as_pk


class MapMixin:
    """Puts a map of the campus under the form. Subclasses say which campus, pins and inputs."""

    change_form_after_template = "admin/campus/map_preview.html"

    class Media:
        css = {"all": ["vendor/leaflet/leaflet.css", "css/map.css"]}
        js = ["vendor/leaflet/leaflet.js", "js/map.js"]

    def map_campus(self, request, row) -> Campus | None:
        raise NotImplementedError

    def map_pins(self, row) -> list[dict]:
        return []

    def _may_pick(self, request, row) -> bool:
        return self.has_change_permission(request, row) if row else self.has_add_permission(request)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        row = self.get_object(request, object_id) if object_id else None
        context = {
            "map_campus": self.map_campus(request, row),
            "map_pins": self.map_pins(row) if row else [],
            "map_pick": getattr(self, "map_pick", "") if self._may_pick(request, row) else "",
        }
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})


class ZoneInline(CampusScopedTabularInline):
    model = Zone
    campus_path = "pk"
    add_roles = change_roles = (SUPERVISOR,)
    fields = ["code", "name", "name_en", "admits", "admits_confirmed"]
    tab = True


class PeakInline(CampusScopedTabularInline):
    model = PeakPeriod
    campus_path = "pk"
    add_roles = change_roles = delete_roles = (SUPERVISOR,)
    fields = ["name", "hours", "factor"]
    tab = True


class CampusForm(ModelForm):
    def clean(self):
        data = super().clean()
        lat, lon = data.get("lat"), data.get("lon")
        if lat is not None and lon is not None and {"lat", "lon"} & {*self.changed_data}:
            try:
                if self.instance.pk:
                    surroundings.check_position(self.instance, (lat, lon))
                surroundings.check_on_the_globe((lat, lon))
            except Invalid as error:
                raise ValidationError({"lat": str(error)}) from error
        return data


@admin.register(Campus)
class CampusAdmin(CalendarPage, MapMixin, CampusScopedAdmin):
    """Supervisors edit their campus; dispatchers say what the weather is. Nobody deletes one: it is made inactive."""

    campus_path = "pk"
    form = CampusForm
    change_roles = (DISPATCHER, SUPERVISOR)
    list_display = ["label", "code", "place_count", "weather", "is_active"]
    list_display_links = ["label"]
    list_editable = ["weather"]
    search_fields = ["name", "name_en", "code"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("code", "is_active"),
                    ("name", "name_en"),
                    ("weather", "call_provider"),
                    ("arrival_radius_m", "max_distance_m"),
                    "fetching_percent",
                ]
            },
        ),
        (_("Hours"), {"fields": ["service_hours", "delivery_hours"]}),
        (_("Map"), {"fields": [("lat", "lon"), "attribution"]}),
    ]
    inlines = [ZoneInline, PeakInline]
    actions_detail = ["opening", "calendar"]

    @action(description=_("Before it opens"), icon="checklist", url_path="opening", permissions=["opening"])
    def opening(self, request, object_id) -> HttpResponse:
        """The checklist before a campus opens, and the button that opens or closes it."""
        campus = get_object_or_404(self.get_queryset(request), pk=as_pk(object_id))
        if not has_role(request, (SUPERVISOR,), campus.pk):
            raise PermissionDenied
        if request.method == "POST":
            try:
                self._do(request, campus, request.POST.get("do", ""))
            except DomainError as error:
                messages.error(request, str(error))
            return redirect("admin:campus_campus_opening", campus.pk)
        needs = opening.needs(campus)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Before %(campus)s opens") % {"campus": campus.label},
            "campus": campus,
            "needs": needs,
            "missing": sum(not need.is_met for need in needs),
        }
        return render(request, "admin/campus/opening.html", context)

    def has_opening_permission(self, request, object_id=None) -> bool:
        return has_role(request, (SUPERVISOR,), as_pk(object_id) if object_id else None)

    def _do(self, request, campus: Campus, what: str) -> None:
        """What a button of the checklist asks for."""
        if what == "open":
            services.open_campus(campus=campus)
            messages.success(request, _("The campus is open: people can choose it and order."))
        elif what == "close":
            services.close_campus(campus=campus)
            messages.success(request, _("The campus is closed to new people and orders."))
        else:
            need = next((need for need in opening.needs(campus) if need.code == what and need.fill), None)
            if need is None:
                raise Invalid(_("There is no such row."))
            need.fill(campus)
        self.log_change(request, campus, what)

    @admin.display(description=_("name"), ordering="name")
    def label(self, campus: Campus) -> str:
        return campus.label

    @admin.display(description=_("places"), ordering="place_count")
    def place_count(self, campus: Campus) -> int:
        return campus.place_count

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(place_count=Count("places"))

    def get_readonly_fields(self, request, obj=None):
        if not obj:
            return []
        may_edit = has_role(request, (SUPERVISOR,), obj.pk)
        texts = [
            "name",
            "name_en",
            "is_active",
            "call_provider",
            "arrival_radius_m",
            "max_distance_m",
            "fetching_percent",
            "service_hours",
            "delivery_hours",
            "lat",
            "lon",
            "attribution",
        ]
        # Opening has a page of its own, which says what is missing.
        return ["code", "is_active"] if may_edit else ["code", *texts]

    def has_delete_permission(self, request, obj=None):
        return False

    def map_campus(self, request, row):
        return row

    def save_model(self, request, obj, form, change):
        if change and "weather" in form.changed_data:
            services.set_weather(campus=obj, weather=obj.weather)
        super().save_model(request, obj, form, change)
        services.renew(obj)


@admin.register(Zone)
class ZoneAdmin(CampusScopedAdmin):
    add_roles = change_roles = (SUPERVISOR,)
    list_display = ["label", "campus", "admits", "admits_confirmed", "place_count"]
    list_editable = ["admits", "admits_confirmed"]
    list_filter = [("campus", ScopedRelatedFilter), "admits"]
    list_select_related = ["campus"]
    search_fields = ["name", "name_en", "code"]
    fields = [("campus", "code"), ("name", "name_en"), ("admits", "admits_confirmed")]

    @admin.display(description=_("name"), ordering="name")
    def label(self, zone: Zone) -> str:
        return zone.label

    @admin.display(description=_("places"), ordering="place_count")
    def place_count(self, zone: Zone) -> int:
        return zone.place_count

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(place_count=Count("places"))

    def get_readonly_fields(self, request, obj=None):
        return ["campus", "code"] if obj else []


class PlaceForm(ModelForm):
    copied_from_chinese_map = BooleanField(
        label=_("copied from a Chinese map"),
        required=False,
        help_text=_(
            "Amap, Tencent and others shift positions (GCJ-02). Saving converts it once; the pin then stands right."
        ),
        widget=UnfoldBooleanWidget,
    )

    def clean(self):
        data = super().clean()
        campus, zone = data.get("campus") or getattr(self.instance, "campus", None), data.get("zone")
        if campus and zone and zone.campus_id != campus.pk:
            raise ValidationError({"zone": _("This zone belongs to another campus.")})
        lat, lon = data.get("lat"), data.get("lon")
        if campus and lat is not None and lon is not None and {"lat", "lon"} & {*self.changed_data}:
            try:
                data["lat"], data["lon"] = self._position(campus, (lat, lon))
            except Invalid as error:
                raise ValidationError({"lat": str(error)}) from error
        return data

    def _position(self, campus: Campus, p: LatLon) -> LatLon:
        """The position on our map. Raises Invalid when it does not belong to the campus."""
        if self.cleaned_data.get("copied_from_chinese_map"):
            lat, lon = gcj02.to_wgs84(p)
            p = round(lat, 7), round(lon, 7)
        surroundings.check_position(campus, p)
        return p


@admin.register(Place)
class PlaceAdmin(MapMixin, CampusScopedAdmin):
    add_roles = change_roles = delete_roles = (SUPERVISOR,)
    form = PlaceForm
    list_display = ["label", "kind", "zone", "campus", "floors", "has_lift", "is_active"]
    list_filter = [("campus", ScopedRelatedFilter), "kind", ("zone", ScopedRelatedFilter), "is_active"]
    list_select_related = ["campus", "zone"]
    search_fields = ["name", "name_en", "code"]
    fieldsets = [
        (None, {"fields": [("campus", "code"), ("name", "name_en"), ("kind", "zone"), "is_active"]}),
        (_("Building"), {"fields": [("floors", "has_lift")]}),
        (_("Door"), {"fields": [("lat", "lon"), "copied_from_chinese_map", "node_key"]}),
    ]
    map_pick = "id_lat id_lon"

    @admin.display(description=_("name"), ordering="name")
    def label(self, place: Place) -> str:
        return place.label

    def get_readonly_fields(self, request, obj=None):
        return ["campus", "code"] if obj else []

    def map_campus(self, request, row):
        if row:
            return row.campus
        campuses = scoped(Campus.objects.all(), campuses_with(request, self.add_roles))
        wanted = as_pk(request.GET.get("campus", ""))
        return (campuses if wanted is None else campuses.filter(pk=wanted)).first()

    def map_pins(self, row):
        return [{"id": "pick", "kind": "place", "lat": row.lat, "lon": row.lon}]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        services.renew(obj.campus)
        if {"lat", "lon"} & {*form.changed_data}:
            for sentence in surroundings.doubts(obj.campus, obj.position):
                messages.warning(request, sentence)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        services.renew(obj.campus)

    def delete_queryset(self, request, queryset):
        campuses = list(Campus.objects.filter(places__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        for campus in campuses:
            services.renew(campus)


@admin.register(PeakPeriod)
class PeakPeriodAdmin(CampusScopedAdmin):
    add_roles = change_roles = delete_roles = (SUPERVISOR,)
    list_display = ["name", "campus", "times", "factor"]
    list_filter = [("campus", ScopedRelatedFilter)]
    list_select_related = ["campus"]
    fields = ["campus", "name", "hours", "factor"]

    @admin.display(description=_("when"))
    def times(self, peak: PeakPeriod) -> str:
        return peak.hours.label
