"""OpenStreetMap: an XML extract becomes a campus with zones, places, a path network and a drawn map."""

from campus.osm.loader import Report, import_osm

__all__ = ["Report", "import_osm"]
