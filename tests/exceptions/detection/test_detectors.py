"""The parts of a detector: its folder is complete, and nothing of it stands anywhere else."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from core import events
from exceptions.detection import detectors, registry
from exceptions.detection.base import Detector
from exceptions.library.shipped import shipped_types

FOLDER = Path(detectors.__file__).parent
TYPES = {row.code: row for row in shipped_types()}


def handlers_of(name: str) -> list[str]:
    subscribed = {handler for _app, event in events.declared() for handler in events.subscribers_of(event)}
    return [handler for handler in subscribed if handler.startswith(f"{detectors.__name__}.{name}.")]


def test_every_folder_is_in_the_list():
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(registry.NAMES) == set(registry.DETECTORS) == set(registry.THRESHOLDS)
    assert {path.name for path in FOLDER.glob("*.py")} == {"__init__.py"}


@pytest.mark.parametrize("name", registry.NAMES)
def test_a_detector_has_all_its_parts(name):
    parts = {path.stem for path in (FOLDER / name).glob("*.py")} - {"__init__"}
    assert (
        {"detector", "settings"} <= parts <= {"detector", "settings", "query", "handler", "notices", "route"}
    )
    for part in parts:
        assert import_module(f"{detectors.__name__}.{name}.{part}").__doc__
    detector = registry.DETECTORS[name]
    assert isinstance(detector, Detector)
    assert detector.types
    assert set(detector.types) <= TYPES.keys()
    assert ("query" in parts) == (name in registry.QUERIES)
    assert ("handler" in parts) == bool(handlers_of(name))
    assert name in registry.QUERIES or handlers_of(name)  # it has a trigger


@pytest.mark.parametrize("name", registry.NAMES)
def test_it_is_said_what_ends_its_tickets(name):
    detector = registry.DETECTORS[name]
    endless = [code for code in detector.types if not TYPES[code].obsolete_on]
    assert bool(endless) <= bool(detector.stays)


@pytest.mark.parametrize("name", registry.QUERIES)
def test_a_query_opens_the_types_of_its_detector(name):
    query = registry.QUERIES[name]
    assert query.name == name
    assert set(query.types.values()) == set(registry.DETECTORS[name].types)


@pytest.mark.parametrize("name", registry.NAMES)
def test_thresholds_are_in_their_bounds_and_are_used(name):
    source = "".join(path.read_text(encoding="utf-8") for path in Path("exceptions/detection").rglob("*.py"))
    for threshold in registry.THRESHOLDS[name]:
        assert 1 <= threshold.lowest <= threshold.default <= threshold.highest
        assert len(re.findall(rf"\b{threshold.name.upper()}\b", source)) >= 3  # defined, listed, used


def test_what_the_platform_finds_has_a_detector():
    """A type that says that the scanner finds it is found by a query."""
    found = {code for name in registry.QUERIES for code in registry.DETECTORS[name].types}
    assert {code for code, row in TYPES.items() if row.detection == "scanner"} <= found
