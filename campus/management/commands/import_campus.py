"""manage.py import_campus FILE.osm [--code CODE] [--name NAME] [--outline ID|FILE.geojson] [--radius METRES] [--dry-run]"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campus.osm import import_osm
from core.errors import DomainError


class Command(BaseCommand):
    help = "Make or update a campus from an OpenStreetMap XML extract (.osm, .osm.gz, .osm.bz2). Operators' edits stay."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--code", default="", help="the campus's code; by default from its English name")
        parser.add_argument("--name", default="", help="the campus's name; by default as on the map")
        parser.add_argument(
            "--outline",
            default="",
            help="the campus's edge, where the file has no university area: the id of a closed way or relation in it (w100, r7), or a GeoJSON file with a polygon",
        )
        parser.add_argument(
            "--radius",
            type=int,
            default=0,
            help="metres around the university's point, where the file has no area of it",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args, file, code, name, outline, radius, dry_run, **options):
        try:
            if outline.endswith((".geojson", ".json")):
                outline = Path(outline).read_text(encoding="utf-8")
            report = import_osm(file, code=code, name=name, outline=outline, radius_m=radius, dry_run=dry_run)
        except (OSError, UnicodeDecodeError, DomainError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{report.campus.name} ({report.campus.code})")
        for kind, count in sorted(report.places.items()):
            self.stdout.write(f"  {kind:16} {count:4}")
        self.stdout.write(
            f"  {sum(report.places.values())} places ({report.new} new, {report.gone} gone) in {report.zones} zones\n"
            f"  paths: {report.nodes} nodes, {report.edges} edges, {report.metres / 1000:.1f} km; "
            f"{report.shut_gates} closed gates, {report.dropped_edges} unreachable edges left out\n"
            f"  map: {report.features} features"
        )
        for sentence in report.notes:
            self.stdout.write(f"  {sentence}")
        for reason, items in report.left_out_by_reason().items():
            self.stdout.write(f"  {len(items)} left out. {reason.label}")
            for item in items:
                self.stdout.write(f"    {item}")
