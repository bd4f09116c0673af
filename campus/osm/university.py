"""Which area of an extract is the campus: the university's own, or the one that the operator says."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from campus.geo import LatLon
from campus.osm import tags as meaning
from campus.osm.reader import Extract, Shape, Tags
from campus.outline import Outline, circle, outline_from_geojson, outline_of_rings
from core.errors import Invalid

UNIVERSITIES = {"university", "college"}
MOST_RADIUS_M = 5000
SHOWN = 5  # things named in a sentence


@dataclass(frozen=True)
class University:
    """The campus in an extract: its edge, its tags, and what must be said about how they were found."""

    outline: Outline
    tags: Tags
    notes: list[str] = field(default_factory=list)
    shapes: frozenset[str] = frozenset()  # ids of what it is made of, and of what the notes name


def find_university(extract: Extract, *, outline: str = "", radius_m: int = 0) -> University:
    """The largest university area of the file, with the others of its name.

    `outline` says it otherwise: the id of an area in the file ("w100", "r7") or a polygon as GeoJSON; `radius_m` draws a circle
    around the university's point, or around the middle of the file. Raises `Invalid` that says what was found.
    """
    if outline:
        return _chosen(extract, outline.strip())
    if radius_m:
        return _round(extract, radius_m)
    areas = [shape for shape in (*extract.ways.values(), *extract.areas) if _is_university(shape)]
    known = [(edge, shape) for shape in areas if shape.is_ring and (edge := _outline(extract, shape))]
    if not known:
        raise Invalid(_how_to_go_on(extract))
    main, shape = max(known, key=lambda pair: extract.size(pair[1]))
    name = meaning.name(shape.tags)
    parts = [
        (edge, other) for edge, other in known if other is not shape and not main.contains(edge.centre())
    ]
    same = [edge for edge, other in parts if name and meaning.name(other.tags) == name]
    notes = _cut(extract, shape)
    rest = [other for _edge, other in parts if not name or meaning.name(other.tags) != name]
    if rest:
        notes.append(
            _(
                "Another university in the file was left out: %(found)s. To import it instead, give its outline."
            )
            % {"found": _listed(rest)}
        )
    whole = outline_of_rings(
        [ring for edge in (main, *same) for ring in edge.outers],
        [hole for edge in (main, *same) for hole in edge.holes],
    )
    # Areas within it that are called otherwise are places of it: a faculty, a department.
    told = [shape, *(other for _edge, other in known if name and meaning.name(other.tags) == name), *rest]
    return University(whole or main, shape.tags, notes, frozenset(one.id for one in told))


def _is_university(shape: Shape) -> bool:
    return shape.tags.get("amenity") in UNIVERSITIES


def _outline(extract: Extract, shape: Shape) -> Outline | None:
    return outline_of_rings(
        [extract.on_globe(ring) for ring in shape.outers], [extract.on_globe(hole) for hole in shape.holes]
    )


def _cut(extract: Extract, shape: Shape) -> list[str]:
    """What to say when corners of the campus's edge are not in the file."""
    corners = [node for ring in shape.outers for node in ring[:-1]]
    missing = sum(node not in extract.points for node in corners)
    if not missing:
        return []
    return [
        _(
            "%(missing)d of the %(corners)d corners of the campus's outline are not in the file: its edge was drawn without them."
        )
        % {"missing": missing, "corners": len(corners)}
    ]


def _chosen(extract: Extract, outline: str) -> University:
    tags = next((shape.tags for shape in _hints(extract)), {})
    if outline.startswith("{"):
        drawn = outline_from_geojson(outline)
        if drawn is None:
            raise Invalid(
                _(
                    "There is no polygon in this outline. Draw one around the campus, for example on geojson.io."
                )
            )
        return University(drawn, tags)
    wanted = outline.lower().replace("way/", "w").replace("relation/", "r")
    shapes = {shape.id: shape for shape in (*extract.ways.values(), *extract.areas, *extract.relations)}
    shape = shapes.get(wanted) if re.fullmatch(r"[wr]-?\d+", wanted) else None
    edge = _outline(extract, shape) if shape and shape.is_ring else None
    if shape is None or edge is None:
        raise Invalid(
            _(
                "There is no closed outline %(id)s in this file. Give the id of a closed way (w123) or relation (r123), or a polygon as GeoJSON."
            )
            % {"id": outline[:40]}
        )
    own = shape.tags if meaning.name(shape.tags) else tags
    return University(edge, own, _cut(extract, shape), frozenset([shape.id]))


def _round(extract: Extract, radius_m: int) -> University:
    if not 50 <= radius_m <= MOST_RADIUS_M:
        raise Invalid(_("A radius is between 50 and %(most)d m.") % {"most": MOST_RADIUS_M})
    for shape in _hints(extract):
        if at := _middle(extract, shape):
            return University(circle(at, radius_m), shape.tags, shapes=frozenset([shape.id]))
    if not extract.points:
        raise Invalid(_no_positions())
    lats, lons = zip(*extract.points.values(), strict=True)
    centre = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    return University(circle(centre, radius_m), {})


def _middle(extract: Extract, shape: Shape) -> LatLon | None:
    line = extract.on_globe(shape.line)
    if not line:
        return None
    return sum(p[0] for p in line) / len(line), sum(p[1] for p in line) / len(line)


def _hints(extract: Extract) -> list[Shape]:
    """All that says "university", the most telling first."""
    everything = [*extract.areas, *extract.ways.values(), *extract.relations, *extract.nodes]
    found = [shape for shape in everything if _is_university(shape)]
    return found + [
        shape for shape in everything if shape.tags.get("landuse") == "education" and shape not in found
    ]


def _how_to_go_on(extract: Extract) -> str:
    """What is there instead of a university's area, and what can be done with it."""
    if extract.ways and not any(extract.on_globe(way.line) for way in extract.ways.values()):
        return _no_positions()
    hints = _hints(extract)
    if not hints:
        return _(
            "There is no university area in this file (a closed outline with amenity=university). Give an outline of the campus, "
            "or a radius in metres around the middle of the file."
        )
    return _(
        "There is no university area in this file. What says “university”: %(found)s. Give an outline of the campus (the id of a "
        "closed way such as w123, or a polygon as GeoJSON), or a radius in metres around that point."
    ) % {"found": "; ".join(_described(extract, shape) for shape in hints[:SHOWN])}


def _described(extract: Extract, shape: Shape) -> str:
    name = f"{meaning.name(shape.tags) or '—'} ({shape.id})"
    if shape.tags.get("amenity") not in UNIVERSITIES:
        return _("%(name)s, an area for education (landuse=education)") % {"name": name}
    if shape.id[0] == "n":
        return _("%(name)s, a point without an area") % {"name": name}
    if shape.tags.get("type") == "site":
        inner = _outline(extract, shape) if shape.is_ring else None
        if inner:
            return _("%(name)s, a site whose outline is there: give %(id)s as the outline") % {
                "name": name,
                "id": shape.id,
            }
        return _("%(name)s, a site without an outline in the file") % {"name": name}
    return _("%(name)s, whose outline is not whole in the file") % {"name": name}


def _no_positions() -> str:
    return _(
        "The points of the ways are not in this file, only their numbers: nothing can be placed. In Overpass end the query "
        "with “out geom;” or “(._;>;); out body;”."
    )


def _listed(shapes: list[Shape]) -> str:
    names = [f"{meaning.name(shape.tags) or '—'} ({shape.id})" for shape in shapes[:SHOWN]]
    return ", ".join(names) + (" …" if len(shapes) > SHOWN else "")
