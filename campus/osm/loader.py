"""From an extract to the database. A second import updates; what operators have edited since stays."""

import zlib
from collections import defaultdict
from collections.abc import Callable

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campus import services
from campus.geo import LatLon
from campus.imports import Change, apply_unless_edited, upsert_imported
from campus.models import Campus, Place, Zone
from campus.osm import tags as meaning
from campus.osm.drawing import draw
from campus.osm.files import Source
from campus.osm.naming import Candidate
from campus.osm.reader import Tags, read
from campus.osm.report import Report
from campus.osm.site import Site
from campus.osm.university import find_university
from campus.path_graph import Network
from campus.surroundings import is_around, metres_outside
from core.errors import Invalid

ATTRIBUTION = "© OpenStreetMap contributors"
LIFT_FROM_FLOORS = 7  # from seven storeys on the building code asks for one
Progress = Callable[[int], None]  # told how many per cent are done


def import_osm(
    source: Source,
    *,
    code: str = "",
    name: str = "",
    outline: str = "",
    radius_m: int = 0,
    dry_run: bool = False,
    progress: Progress = lambda percent: None,
) -> Report:
    """Read an OpenStreetMap XML file, packed or not, into a campus.

    Without `code` and `name`, those of the largest university in the file; `outline` and `radius_m` say where its edge is
    when the file does not (`find_university`). A new campus is closed until it is opened (`campus.opening`). With `dry_run`
    nothing stays: the report says what would be. Raises OSError, or `Invalid` with what is wrong with the file.
    """
    extract = read(source)
    progress(20)
    university = find_university(extract, outline=outline, radius_m=radius_m)
    site = Site(extract, university)
    paths = site.paths()
    if not paths.edges:
        raise Invalid(_("There are no footpaths in this file."))
    network = Network(paths.nodes, paths.edges)
    candidates = site.candidates()
    doors = {}
    for i, candidate in enumerate(candidates):
        doors[candidate.code] = site.door(candidate, network)
        progress(30 + 50 * i // len(candidates))
    drawing = draw(site, set(doors))
    progress(90)
    with transaction.atomic():
        campus, changes = _campus(site, university.tags, code, name)
        report = Report(campus, nodes=len(paths.nodes), edges=len(paths.edges), dropped_edges=paths.dropped)
        report.changed += [(campus.name, changes)] if changes else []
        report.metres = round(sum(edge["m"] for edge in paths.edges))
        report.shut_gates, report.features = site.shut, len(drawing["features"])
        report.left_out, report.notes = site.left_out, site.notes
        _put_places(site, campus, candidates, doors, report)
        services.save_base_map(campus=campus, geojson=drawing)
        services.save_network(campus=campus, paths=paths)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _campus(site: Site, tags: Tags, code: str, name: str) -> tuple[Campus, list[Change]]:
    code = code or slugify(tags.get("name:en", ""))[:32] or "campus"
    lat, lon = site.outline.centre()
    fields = {"lat": lat, "lon": lon, "attribution": ATTRIBUTION}
    fields["name"] = (name or meaning.name(tags) or code)[:80]
    fields["name_en"] = tags.get("name:en", "")[:80]
    known = Campus.objects.filter(code=code).first()
    if known and not is_around(known, (lat, lon)):
        raise Invalid(
            _("This map shows %(name)s, %(km)d km away from %(campus)s. For a new campus take another code.")
            % {"name": fields["name"], "km": metres_outside(known, (lat, lon)) / 1000, "campus": known.label}
        )
    campus = known or Campus(code=code, is_active=False)
    changes = apply_unless_edited(campus, fields)
    campus.save()
    return campus, changes if known else []


def _put_places(
    site: Site, campus: Campus, candidates: list[Candidate], doors: dict[str, LatLon], report: Report
) -> None:
    zones = _put_zones(site, campus, candidates)
    report.zones = len(set(zones.values()))
    for candidate in candidates:
        tags = candidate.shape.tags
        lat, lon = doors[candidate.code]
        storeys = meaning.floors(tags, candidate.kind)
        fields = {
            "kind": str(candidate.kind),
            "zone_id": zones[candidate.code].pk,
            "name": candidate.name[:80],
            "name_en": candidate.name_en[:80],
            "lat": round(lat, 7),
            "lon": round(lon, 7),
            "floors": storeys,
            "has_lift": storeys >= LIFT_FROM_FLOORS,
            "is_active": not meaning.is_shut(tags),
        }
        place, is_new, changes = upsert_imported(Place, campus, candidate.code, fields)
        report.places[place.kind] += 1
        if is_new:
            report.made.append(place.name)
        elif changes:
            report.changed.append((place.name, changes))
    for place in Place.objects.filter(campus=campus, is_active=True).exclude(code__in=doors):
        if place.imported.get("is_active"):  # an operator's own places are not ours to close
            apply_unless_edited(place, {"is_active": False})
            place.save()
            report.closed.append(place.name)


def _put_zones(site: Site, campus: Campus, candidates: list[Candidate]) -> dict[str, Zone]:
    """A zone for each cluster of dorms, by their common name or the named grounds they stand in; one for the rest."""
    clusters = defaultdict(list)
    for candidate in candidates:
        if candidate.kind == Place.Kind.DORM:
            grounds = site.grounds_of(candidate.shape)
            names = (
                (grounds["name"], grounds.get("name:en", ""))
                if grounds
                else meaning.dorm_cluster(candidate.shape.tags)
            )
            clusters[names[0]].append((candidate.code, names[1]))
    zones = {}
    for name, members in sorted(clusters.items()):
        if not name or len(members) < 2:
            continue
        code = f"z{zlib.crc32(name.encode()):08x}"
        english = next((text for _code, text in members if text), "")
        zone = upsert_imported(Zone, campus, code, {"name": name[:80], "name_en": english[:80]}).row
        zones |= {code: zone for code, _english in members}
    rest = upsert_imported(Zone, campus, "grounds", {"name": "校园公共区", "name_en": "Campus grounds"}).row
    return {candidate.code: zones.get(candidate.code, rest) for candidate in candidates}
