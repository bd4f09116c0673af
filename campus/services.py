"""Every write to the campus."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campus.models import BaseMap, Campus, MapImport, PathNetwork, Weather
from campus.opening import lacks
from campus.paths import Paths
from core import clock, ids
from core.db import for_update
from core.errors import DomainError, Invalid
from core.files import delete_after_commit
from core.fsm import transitions

if TYPE_CHECKING:
    from campus.osm import Report

logger = logging.getLogger(__name__)

CLAIMED_FOR = timedelta(minutes=6)  # longer than a task may run
CONFIRM_WITHIN = timedelta(days=1)


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


@transaction.atomic
def open_campus(*, campus: Campus) -> Campus:
    """Let people choose the campus and order on it. Raises Invalid that names all that it lacks."""
    missing = lacks(campus)
    if missing:
        reasons = " ".join(f"{need.title}: {need.missing}" for need in missing)
        raise Invalid(_("This campus cannot open yet. %s") % reasons, code="lacking")
    return _set_open(campus, True)


@transaction.atomic
def close_campus(*, campus: Campus) -> Campus:
    """Take the campus out of what people can choose. What is under way there goes on."""
    return _set_open(campus, False)


def _set_open(campus: Campus, is_open: bool) -> Campus:
    fresh = for_update(Campus.objects.filter(pk=campus.pk)).get()
    campus.is_active = is_open
    if fresh.is_active != is_open:
        campus.save(update_fields=["is_active"])
    return campus


@transaction.atomic
def begin_map_import(*, row: MapImport) -> MapImport:
    """Keep an uploaded file; a worker looks it through (`run_map_imports`)."""
    row.file_name = Path(row.file.name).name[-120:]
    row.language = get_language() or settings.LANGUAGE_CODE
    row.save()
    return row


def confirm_map_import(*, row: MapImport) -> MapImport:
    """Import what was shown. Once more changes nothing; raises WrongState for what cannot be imported."""
    with transitions():
        row = for_update(MapImport.objects.filter(pk=row.pk)).get()
        if row.status in (MapImport.Status.CONFIRMED, MapImport.Status.DONE):
            return row
        row.confirm()
        row.save()
    return row


def run_map_imports() -> int:
    """Look through what was uploaded, import what was confirmed, and forget what nobody wants. Returns how many."""
    now = clock.now()
    due = MapImport.objects.filter(
        Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIMED_FOR), status__in=MapImport.RUNNING
    )
    count = 0
    for row in due:
        # Whoever changes the row first works on it: another process finds it claimed.
        if due.filter(pk=row.pk).update(claimed_at=now):
            _run_map_import(row)
            count += 1
    for row in MapImport.objects.filter(status=MapImport.Status.READY, created_at__lt=now - CONFIRM_WITHIN):
        with translation.override(row.language):
            _refuse(row, _("Nobody confirmed it within a day. Upload the file again."))
    return count


def _run_map_import(row: MapImport) -> None:
    from campus.osm import import_osm  # which writes by this module

    def progress(percent: int) -> None:
        cache.set(progress_key(row), percent, timeout=600)

    campus = row.campus
    dry_run = row.status == MapImport.Status.WAITING
    with translation.override(row.language):
        try:
            with row.file.open("rb") as file:
                report = import_osm(
                    file,
                    code=campus.code if campus else row.code,
                    name="" if campus else row.name,
                    outline=row.outline,
                    radius_m=row.radius_m,
                    dry_run=dry_run,
                    progress=progress,
                )
        except DomainError as error:
            _refuse(row, str(error))
        except Exception:  # whatever a file has in it: its row says so, and the next one is looked at
            logger.exception("map import %s", row.pk)
            _refuse(
                row,
                _(
                    "This file could not be read. Please tell us which one it is: it should have been refused with a reason."
                ),
            )
        else:
            _finish(row, report, dry_run=dry_run)


@transaction.atomic
def _finish(row: MapImport, report: "Report", *, dry_run: bool) -> None:
    if dry_run:
        row.show(report.as_data())
    else:
        row.finish(report.campus, report.as_data())
        _delete_file(row)
    row.save()


@transaction.atomic
def _refuse(row: MapImport, error: str) -> None:
    row.refuse(error)
    _delete_file(row)
    row.save()


def _delete_file(row: MapImport) -> None:
    delete_after_commit([row.file.name])
    row.file = ""


def progress_key(row: MapImport) -> str:
    """Where the cache says how many per cent of an import are done: its transaction shows nothing until the end."""
    return f"map-import:{row.pk}"


def load_demo_campus() -> Campus:
    """The drawn demo campus, made or brought up to date; operators' edits stay. Cheap when nothing has changed."""
    from campus.demo import load

    return load()
