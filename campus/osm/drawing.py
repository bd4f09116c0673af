"""The drawn map of an extract, as `campus.basemap` describes it."""

from collections.abc import Iterator

from campus import basemap
from campus.geo import length, simplified
from campus.osm import tags as meaning
from campus.osm.reader import Line, Shape
from campus.osm.site import Site

ROUGH_M = 0.6  # corners that bend a drawn line by less are left out


def draw(site: Site, codes: set[str]) -> dict:
    """Everything near the campus. `codes` are those of the places, whose names are written on the map."""
    features = [
        basemap.feature("campus", basemap.polygon(ring, holes)) for ring, holes in site.outline.parts()
    ]
    for shape in site.extract.shapes():
        at = site.centre(shape)
        if at and shape.tags and (site.near(at) or any(True for _run in site.runs(shape.line))):
            features += _drawn(site, shape, shape.id if shape.id in codes else "")
    return basemap.collection(features)


def _drawn(site: Site, shape: Shape, code: str) -> Iterator[dict]:
    tags, at = shape.tags, site.centre(shape)
    if at is None:
        return
    if shape.id[0] == "n":
        if tags.get("barrier") == "gate" and (code or meaning.is_shut(tags)):
            shut = "closed" if meaning.is_shut(tags) else ""
            yield basemap.feature("gate", basemap.point(at), t=shut, p=code)
        elif tags.get("natural") == "tree":
            yield basemap.feature(
                "tree", {"type": "MultiPoint", "coordinates": [basemap.point(at)["coordinates"]]}
            )
    elif shape.is_ring and tags.get("building", "roof") not in ("roof", "no"):
        kind = meaning.place_kind(tags) if site.on_campus(at) else ""
        yield from _polygons(site, shape, "building", t=str(kind or ""), p=code)
    elif shape.is_ring and (ground := meaning.ground(tags)):
        kind, sort = ground
        names = {"n": tags.get("name"), "e": tags.get("name:en")} if kind == "water" else {}
        yield from _polygons(site, shape, kind, t=sort, p=code, **names)
    elif tags.get("tunnel") not in (None, "no"):
        return
    elif tags.get("highway") in meaning.ROAD_WIDTH:
        yield from _lines(site, shape.line, "road", w=meaning.ROAD_WIDTH[tags["highway"]])
    elif tags.get("highway") in meaning.FOOTWAYS:
        yield from _lines(site, shape.line, "path")
    elif tags.get("waterway") in meaning.WATERWAY_WIDTH:
        yield from _lines(site, shape.line, "water", w=meaning.WATERWAY_WIDTH[tags["waterway"]])
    elif tags.get("railway") in ("rail", "tram", "light_rail", "subway"):
        yield from _lines(site, shape.line, "rail")


def _polygons(site: Site, shape: Shape, kind: str, *, p: str = "", **properties) -> Iterator[dict]:
    """One for each outer ring. The name is written in the largest, and holes are the largest's."""
    on_globe = site.extract.on_globe
    holes = [simplified(on_globe(hole), ROUGH_M) for hole in shape.holes if len(on_globe(hole)) > 3]
    for i, ring in enumerate(shape.outers):
        line = on_globe(ring)
        if len(line) > 2:
            area = basemap.polygon(simplified(line, ROUGH_M), holes if i == 0 else ())
            yield basemap.feature(kind, area, p=p if i == 0 else "", **properties)


def _lines(site: Site, nodes: Line, kind: str, **properties) -> Iterator[dict]:
    for run in site.runs(nodes):
        line = simplified(site.extract.on_globe(run), ROUGH_M)
        if length(line) > 1:
            yield basemap.feature(kind, basemap.line(line), **properties)
