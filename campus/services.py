"""Every write to the campus."""

from django.db import transaction
from django.utils.translation import gettext as _

from campus.models import BaseMap, Campus, PathNetwork, Weather
from campus.paths import Paths
from core import clock, ids
from core.db import for_update
from core.errors import Invalid


def renew(campus: Campus) -> None:
    """Give the campus a new version: its map, places or paths have changed."""
    campus.version = ids.new_no()
    campus.save(update_fields=["version"])


@transaction.atomic
def save_network(*, campus: Campus, paths: Paths, now=None) -> PathNetwork:
    """Replace the footpath network."""
    network, _created = PathNetwork.objects.update_or_create(
        campus=campus,
        defaults={"nodes": paths.nodes, "edges": paths.edges, "built_at": now or clock.now()},
    )
    renew(campus)
    return network


@transaction.atomic
def save_base_map(*, campus: Campus, geojson: dict) -> None:
    """Replace the drawn map."""
    BaseMap.objects.update_or_create(campus=campus, defaults={"geojson": geojson})
    renew(campus)


@transaction.atomic
def set_weather(*, campus: Campus, weather: str) -> Campus:
    """Say what the weather is. The same weather again changes nothing."""
    if weather not in Weather.values:
        raise Invalid(_("There is no such weather."))
    fresh = for_update(Campus.objects.filter(pk=campus.pk)).get()
    campus.weather = weather
    if fresh.weather != weather:
        campus.save(update_fields=["weather"])
    return campus


def load_demo_campus() -> Campus:
    """The drawn demo campus, made or brought up to date; operators' edits stay. Cheap when nothing has changed."""
    from campus.demo import load

    return load()
