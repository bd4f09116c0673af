from pathlib import Path
from types import SimpleNamespace

import pytest

from campus import services
from campus.geo import Plane
from campus.models import Place
from campus.paths import FOOT, Way, build_paths
from tests.factories import CampusFactory, PlaceFactory, UserFactory

DATA = Path(__file__).parent / "data"
PLANE = Plane(31.0, 121.0)


@pytest.fixture
def small_osm() -> Path:
    return DATA / "small.osm"


@pytest.fixture
def square(db):
    """A campus with a square of roads, 100 m each, and a footpath across it:

    d ─── c        places at the corners: a, b, c, d
    │  ╱  │        `side`: 12 m south of the middle of a–b
    a ─── b        north of the roads nothing
    """
    campus = CampusFactory(code="square")
    at = {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100), "side": (50, -12)}
    points = {key: PLANE.latlon(x, y) for key, (x, y) in at.items()}
    ways = [Way(("a", "b", "c", "d", "a")), Way(("a", "c"), FOOT, FOOT)]
    services.save_network(campus=campus, paths=build_paths(points, ways))
    places = {
        key: PlaceFactory(campus=campus, code=key, lat=lat, lon=lon, kind=Place.Kind.OTHER)
        for key, (lat, lon) in points.items()
    }
    return SimpleNamespace(campus=campus, **places)


@pytest.fixture
def root(client_of):
    """The browser of somebody who may do everything."""
    return client_of(UserFactory(username="root", is_staff=True, is_superuser=True))
