"""Relay stations, posters, and what was handed over when."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.forms import ModelForm
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from campus.models import Campus, Place
from core import links
from core.admin import (
    DISPATCHER,
    SUPERVISOR,
    CampusScopedAdmin,
    ReadOnlyAdmin,
    ScopedRelatedFilter,
    campuses_with,
    has_role,
    scoped,
)
from core.qr import square
from delivery import selectors, services
from delivery.models import Custody, RelayStation, ScanCode
from delivery.selectors.custody import sentence

# Where it makes sense to hang a poster.
WITH_POSTER = [Place.Kind.RELAY_STATION, Place.Kind.PARCEL_STATION, Place.Kind.CANTEEN, Place.Kind.SHOP]


class RelayStationForm(ModelForm):
    def clean(self):
        data = super().clean()
        place, zones = data.get("place") or getattr(self.instance, "place", None), data.get("zones")
        if place and zones and any(zone.campus_id != place.campus_id for zone in zones):
            raise ValidationError({"zones": _("This zone belongs to another campus.")})
        return data


@admin.register(RelayStation)
class RelayStationAdmin(CampusScopedAdmin):
    campus_path = "place__campus"
    add_roles = change_roles = (SUPERVISOR,)
    form = RelayStationForm
    list_display = ["label", "times", "lying", "free", "use", "self_service", "is_active"]
    list_select_related = ["place__campus"]
    search_fields = ["place__name", "place__name_en", "place__code"]
    autocomplete_fields = ["keepers"]
    fieldsets = [
        (None, {"fields": ["place", "zones", "use", "is_active"]}),
        (_("Shelf"), {"fields": [("slots", "self_service"), "hours", "keepers"]}),
        (_("Pay"), {"fields": ["first_percent"]}),
    ]
    actions_list = ["posters_link"]

    def get_queryset(self, request):
        lying = Q(items__taken_at=None, items__missed_at=None)
        on_shelf = Count("items", filter=lying, distinct=True)
        return super().get_queryset(request).annotate(on_shelf=on_shelf).prefetch_related("zones")

    def get_readonly_fields(self, request, obj=None):
        return ["place"] if obj else []

    def get_field_queryset(self, db, db_field, request):
        queryset = super().get_field_queryset(db, db_field, request)
        if db_field.name == "place" and queryset is not None:
            return queryset.filter(kind=Place.Kind.RELAY_STATION)
        return queryset

    @display(description=_("relay station"), ordering="place__name")
    def label(self, station):
        return station.place.label

    @display(description=_("opening hours"))
    def times(self, station):
        return station.hours.label

    @display(description=_("on the shelf"))
    def lying(self, station):
        return station.on_shelf

    @display(description=_("free slots"))
    def free(self, station):
        return station.slots - station.on_shelf

    @action(description=_("Posters to print"), url_path="posters-link")
    def posters_link(self, request):
        return redirect("admin:delivery_posters")

    def get_urls(self):
        page = self.admin_site.admin_view(self.posters)
        return [path("posters/", page, name="delivery_posters"), *super().get_urls()]

    def posters(self, request):
        """One square for each place of a campus where couriers fetch or leave something; for the printer."""
        if not has_role(request, (SUPERVISOR, DISPATCHER)):
            raise PermissionDenied
        campuses = scoped(
            Campus.objects.filter(is_active=True), campuses_with(request, (SUPERVISOR, DISPATCHER))
        )
        wanted = request.GET.get("campus", "")
        campus = get_object_or_404(campuses, code=wanted) if wanted else campuses.first()
        places = Place.objects.filter(campus=campus, kind__in=WITH_POSTER, is_active=True).order_by(
            "kind", "code"
        )
        base = request.build_absolute_uri(links.url("courier.scan"))
        posters = [(place, services.place_qr_code(place)) for place in places]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Posters to print"),
            "campus": campus,
            "campuses": campuses,
            "posters": [(place, code, square(f"{base}?c={code.signed}")) for place, code in posters],
        }
        return render(request, "admin/delivery/posters.html", context)


@admin.register(Custody)
class CustodyAdmin(ReadOnlyAdmin):
    """Where is it, who had it last: search by the order's number."""

    campus_path = "order__campus"
    list_display = ["at", "order_link", "what", "how"]
    list_filter = ["act", "how"]
    list_select_related = ["order", "giver", "taker", "station__place", "place"]
    search_fields = ["=order__no"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]
    fields = readonly_fields = [
        "at",
        "order_link",
        "what",
        "how",
        "giver",
        "taker",
        "station",
        "slot",
        "place",
        "chain",
    ]

    @display(description=_("order"), ordering="order")
    def order_link(self, row):
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:orders_order_change", args=[row.order_id]), row.order.no
        )

    @display(description=_("what"))
    def what(self, row):
        return sentence(row, full_names=True)

    @display(description=_("chain of custody"))
    def chain(self, row):
        links = selectors.chain(row.order, viewer=row.viewer, full_names=True)
        return format_html_join(
            "", "<p>{} {} {}</p>",
            ((f"{localtime(link.at):%m-%d %H:%M:%S}", link.text, _picture(link)) for link in links),
        )  # fmt: skip

    def get_object(self, request, object_id, from_field=None):
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.viewer = request.user
        return row


def _picture(link) -> str:
    if not link.photo:
        return ""
    return format_html(
        '<a href="{0}" target="_blank" rel="noopener"><img src="{0}" alt="{1}" width="96" height="72" loading="lazy"></a>',
        link.photo, _("Photo of the hand-over"),
    )  # fmt: skip


@admin.register(ScanCode)
class ScanCodeAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "purpose", "place", "leg", "shown_by", "used_by", "used_at"]
    list_filter = [("campus", ScopedRelatedFilter), "purpose"]
    list_select_related = ["place", "leg", "shown_by", "used_by"]
    search_fields = ["=leg__no", "=leg__order__no"]
    ordering = ["-pk"]
    fields = readonly_fields = [
        "purpose", "campus", "place", "leg", "shown_by", "created_at", "expires_at", "used_by", "used_at",
    ]  # fmt: skip
