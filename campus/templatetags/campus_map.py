"""{% load campus_map %}{% campus_map campus pins=pins route=route id="m" %}: a map that draws itself.

The page's head block needs {% campus_map_head %}. What pins and routes are: static/js/map.js.
"""

import json

from django import template
from django.utils.safestring import mark_safe

from campus import selectors
from campus.models import Campus, Place
from campus.network import Route

register = template.Library()


@register.inclusion_tag("components/map_head.html")
def campus_map_head() -> dict:
    """Leaflet, the map's style sheet and script."""
    return {}


@register.inclusion_tag("components/map.html")
def campus_map(
    campus: Campus,
    pins: list[dict] | None = None,
    route: Route | dict | None = None,
    id: str = "map",
    css: str = "",
    label: str = "",
    pad: str = "",
    live_id: str = "",
    pick: str = "",
) -> dict:
    """A map of the campus.

    pins, route: what to show at first. css: further classes. label: what a screen reader is told.
    pad: pixels kept free of pins, "top right bottom left". live_id: follow the courier of `live:pos:<id>` frames.
    pick: the ids of two inputs, "lat lon", that a click on the map fills.
    """
    return {
        "campus": campus,
        "src": selectors.map_url(campus),
        "pins": json.dumps(pins or [], ensure_ascii=False),
        "route": json.dumps(_data(route), ensure_ascii=False),
        "id": id,
        "css": css,
        "label": label,
        "pad": pad,
        "live_id": live_id,
        "pick": pick,
    }


@register.simple_tag
def map_pin(place: Place, map_id: str) -> str:
    """The value of data-map-show for a place in a list beside a map."""
    pin = {"map": map_id, "kind": "place", "lat": place.lat, "lon": place.lon, "label": place.label}
    return json.dumps(pin, ensure_ascii=False)


@register.simple_tag
def campus_map_update(id: str, pins: list[dict] | None = None, route: Route | dict | None = None):
    """New pins and route for a map elsewhere on the page; for a fragment that htmx swaps."""
    body = json.dumps({"pins": pins or [], "route": _data(route)}, ensure_ascii=False)
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        body = body.replace(sign, code)
    return mark_safe(f'<script type="application/json" data-map-for="{id}">{body}</script>')


def _data(route: Route | dict | None) -> dict | None:
    return route.as_data() if isinstance(route, Route) else route
