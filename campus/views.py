from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from campus import selectors
from campus.models import Campus

YEAR = 365 * 24 * 3600


def _campus(request: HttpRequest, code: str) -> Campus:
    """The campus of this request, read once."""
    if not hasattr(request, "map_campus"):
        request.map_campus = get_object_or_404(Campus, code=code, is_active=True)
    return request.map_campus


def _etag(request: HttpRequest, code: str) -> str:
    return f'"{selectors.map_version(_campus(request, code))}"'


@require_safe
@gzip_page
@condition(etag_func=_etag)
def map_data(request: HttpRequest, code: str) -> HttpResponse:
    """The drawn map and the places. Public, as a map on the wall is; for ever fresh under its versioned address."""
    campus = _campus(request, code)
    response = HttpResponse(selectors.map_bytes(campus), content_type="application/json")
    if request.GET.get("v") == selectors.map_version(campus):
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)
    return response


@require_safe
def campus_page(request: HttpRequest) -> HttpResponse:
    """The map of a campus beside the list of its places."""
    campus = selectors.campus_for(request.user, request.GET.get("campus", ""))
    if campus is None:
        raise Http404
    places = selectors.places_by_kind(campus)
    context = {
        "campus": campus,
        "campuses": selectors.active_campuses(),
        "groups": places,
        "pins": _shared_pin(request.GET.get("at", "")),
        "tab": "home",
    }
    return render(request, "campus/map.html", context)


def _shared_pin(at: str) -> list[dict]:
    """The pin of a position that somebody shared, "lat,lon"; none when it is not one."""
    try:
        lat, lon = (float(part) for part in at.split(","))
    except ValueError:
        return []
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return []
    return [{"kind": "place", "lat": lat, "lon": lon, "label": _("Shared position")}]
