"""Reads of the campus that are more than a get."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from campus import packing
from campus.calendar import calendar_of
from campus.geo import metres
from campus.models import BaseMap, Campus, PeakPeriod, Place, Zone

MAP_KEPT_SECONDS = 24 * 3600
# In the order in which people look for them, each with its icon.
KIND_ICONS = {
    Place.Kind.CANTEEN: "utensils",
    Place.Kind.PARCEL_STATION: "package",
    Place.Kind.SHOP: "store",
    Place.Kind.DORM: "home",
    Place.Kind.TEACHING: "graduation-cap",
    Place.Kind.LIBRARY: "book-open",
    Place.Kind.OFFICE: "building",
    Place.Kind.SPORT: "trophy",
    Place.Kind.RELAY_STATION: "warehouse",
    Place.Kind.GATE: "door-open",
    Place.Kind.OTHER: "map-pin",
}


def active_campuses() -> QuerySet[Campus]:
    return Campus.objects.filter(is_active=True)


def campus_for(user, code: str = "") -> Campus | None:
    """The campus that a page shows: the one asked for, else the person's own, else the first. None without any."""
    campuses = {campus.code: campus for campus in active_campuses()}
    own = getattr(user, "campus_id", None)
    if code in campuses:
        return campuses[code]
    return next((c for c in campuses.values() if c.pk == own), next(iter(campuses.values()), None))


def places_for(campus: Campus, kinds: Iterable[str] | None = None) -> QuerySet[Place]:
    """The places that can be gone to, with their zones, by kind and code."""
    places = Place.objects.filter(campus=campus, is_active=True).select_related("zone")
    return places.filter(kind__in=list(kinds)) if kinds is not None else places


def places_by_kind(campus: Campus) -> list[dict]:
    """The places in groups of a kind: {"kind", "label", "icon", "places"}, in the usual order. One query."""
    by_kind = defaultdict(list)
    for place in places_for(campus):
        by_kind[place.kind].append(place)
    return [
        {"kind": kind, "label": kind.label, "icon": icon, "places": sorted(by_kind[kind], key=natural)}
        for kind, icon in KIND_ICONS.items()
        if by_kind[kind]
    ]


def natural(place: Place) -> list:
    """Sorts names as people count: 9 号楼 before 10 号楼."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", place.name)]


def nearest_place(campus: Campus, lat: float, lon: float, kinds: Iterable[str] | None = None) -> Place | None:
    """The active place nearest to a position by the air. One query."""
    return min(places_for(campus, kinds), key=lambda place: metres((lat, lon), place.position), default=None)


def zones_for(campus: Campus) -> QuerySet[Zone]:
    """Zones with `place_count`."""
    return Zone.objects.filter(campus=campus).annotate(
        place_count=Count("places", filter=Q(places__is_active=True))
    )


def peak_factor(campus: Campus, at: datetime) -> Decimal:
    """How many times as long a stage may take at a moment: the largest factor of the peaks then, 1 without any."""
    peaks, calendar = PeakPeriod.objects.filter(campus=campus), calendar_of(campus.pk)
    return max((peak.factor for peak in peaks if peak.hours.is_open(at, calendar)), default=Decimal(1))


def map_url(campus: Campus) -> str:
    """The address of the map's data. It changes with the map, so that browsers may keep it for ever."""
    return f"{reverse('campus:map_data', args=[campus.code])}?v={map_version(campus)}"


def map_version(campus: Campus) -> str:
    """Of what is drawn, and of the form in which it travels."""
    return f"{campus.version}-{packing.VERSION}"


def map_data(campus: Campus) -> dict:
    """What static/js/map.js draws: the base map, the places with both names, and whom to thank."""
    base = BaseMap.objects.filter(campus=campus).values_list("geojson", flat=True).first()
    places = Place.objects.filter(campus=campus).select_related("zone")
    return {
        "name": campus.name,
        "name_en": campus.name_en,
        "center": [campus.lat, campus.lon],
        "attribution": campus.attribution,
        "base": packing.packed(base or {"features": []}, (campus.lat, campus.lon)),
        "places": [
            {
                "code": place.code,
                "kind": place.kind,
                "name": place.name,
                "name_en": place.name_en,
                "at": [round(place.lat, 6), round(place.lon, 6)],
                "closed": not place.is_active,
            }
            for place in places
        ],
    }


def map_bytes(campus: Campus) -> bytes:
    """`map_data` as JSON, kept in the cache by version."""
    key = f"campus-map:{campus.pk}:{map_version(campus)}"
    body = cache.get(key)
    if body is None:
        body = json.dumps(map_data(campus), ensure_ascii=False, separators=(",", ":")).encode()
        cache.set(key, body, MAP_KEPT_SECONDS)
    return body
