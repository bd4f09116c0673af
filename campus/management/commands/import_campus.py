"""manage.py import_campus FILE.osm [--code CODE] [--name NAME]"""

from xml.etree.ElementTree import ParseError

from django.core.management.base import BaseCommand, CommandError

from campus.osm import import_osm
from core.errors import DomainError


class Command(BaseCommand):
    help = "Make or update a campus from an OpenStreetMap XML extract. Operators' edits stay."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--code", default="", help="the campus's code; by default from its English name")
        parser.add_argument("--name", default="", help="the campus's name; by default as on the map")

    def handle(self, *args, file, code, name, **options):
        try:
            report = import_osm(file, code=code, name=name)
        except (OSError, ParseError, DomainError) as error:
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
