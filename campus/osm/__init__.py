"""OpenStreetMap: an XML extract becomes a campus with zones, places, a path network and a drawn map."""

from campus.osm.loader import import_osm
from campus.osm.report import Report

__all__ = ["Report", "import_osm"]
