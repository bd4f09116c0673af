"""Whether a position belongs to a campus, and what is odd about one that somebody typed in or copied from a map."""

import math
from functools import lru_cache

from django.utils.translation import gettext as _

from campus import gcj02, network
from campus.geo import LatLon, metres
from campus.models import BaseMap, Campus
from campus.outline import Outline, outline_from_features
from core.errors import Invalid

# How far beyond its edge one still orders from: the streets around the campus.
SURROUNDINGS_M = 3000
FAR_FROM_PATHS_M = 100  # the inner courts of large buildings are nearer to one


def outline_of(campus: Campus) -> Outline | None:
    """The drawn edge of a campus; None where there is no map. Read once a process and version."""
    return _outline(campus.pk, campus.version)


@lru_cache(maxsize=16)
def _outline(campus_id: int, version: str) -> Outline | None:
    drawn = BaseMap.objects.filter(campus_id=campus_id).values_list("geojson", flat=True).first()
    features = (drawn or {}).get("features", [])
    return outline_from_features(f for f in features if f.get("properties", {}).get("k") == "campus")


def metres_outside(campus: Campus, p: LatLon) -> float:
    """Metres from a position to the campus: to its drawn edge, or to its centre where nothing is drawn. 0 within."""
    from_centre = metres((campus.lat, campus.lon), p)
    if from_centre < SURROUNDINGS_M:  # certainly among the surroundings, and the map need not be read
        return 0.0
    outline = outline_of(campus)
    return min(outline.metres_beyond(p), from_centre) if outline else from_centre


def is_around(campus: Campus, p: LatLon) -> bool:
    """Whether a position is on the campus or in its surroundings."""
    return metres_outside(campus, p) <= SURROUNDINGS_M


def check_position(campus: Campus, p: LatLon) -> None:
    """Raises Invalid, with what is probably meant, unless a position is on the campus or in its surroundings."""
    lat, lon = p
    swapped = (lon, lat)
    if (
        _is_on_the_globe(swapped)
        and not (_is_on_the_globe(p) and is_around(campus, p))
        and is_around(campus, swapped)
    ):
        raise Invalid(
            _("Latitude and longitude are swapped: the latitude is %(lat)s, the longitude %(lon)s.")
            % {"lat": lon, "lon": lat}
        )
    check_on_the_globe(p)
    if not is_around(campus, p):
        raise Invalid(
            _("This is %(km)s km outside of %(campus)s.")
            % {"km": _km(metres_outside(campus, p)), "campus": campus.label}
        )


def check_on_the_globe(p: LatLon) -> None:
    """Raises Invalid for what is no position, and for 0, 0."""
    if not _is_on_the_globe(p):
        raise Invalid(
            _(
                "There is no such position: a latitude is between -90 and 90, a longitude between -180 and 180."
            )
        )
    if p == (0, 0):
        raise Invalid(_("0, 0 lies in the Atlantic: the position is missing."))


def doubts(campus: Campus, p: LatLon) -> list[str]:
    """What to say about a position that is accepted: far from any path, or shifted as on Chinese maps."""
    off = _metres_to_path(campus, p)
    meant = gcj02.to_wgs84(p)
    looks_shifted = _looks_shifted(campus, p, meant, off)
    found = []
    if off > FAR_FROM_PATHS_M and math.isfinite(off):
        found.append(
            _("The nearest path is %(metres)d m away: is the position right?") % {"metres": round(off)}
        )
    if looks_shifted:
        found.append(
            _(
                "It looks like a position from a Chinese map (GCJ-02, as Amap and Tencent show it). On this map it would be "
                "%(lat).6f, %(lon).6f: tick “copied from a Chinese map” to convert it."
            )
            % {"lat": meant[0], "lon": meant[1]}
        )
    return found


def _looks_shifted(campus: Campus, p: LatLon, meant: LatLon, off: float) -> bool:
    outline = outline_of(campus)
    if outline and outline.contains(meant) and not outline.contains(p):
        return True
    return off > FAR_FROM_PATHS_M and _metres_to_path(campus, meant) < FAR_FROM_PATHS_M / 2


def _metres_to_path(campus: Campus, p: LatLon) -> float:
    paths = network.network_for(campus)
    return paths.snap(p).off if paths else math.inf


def _is_on_the_globe(p: LatLon) -> bool:
    return -90 <= p[0] <= 90 and -180 <= p[1] <= 180


def _km(distance_m: float) -> str:
    return f"{distance_m / 1000:.1f}" if distance_m < 20_000 else f"{distance_m / 1000:,.0f}"
