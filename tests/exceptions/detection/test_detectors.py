"""Every detector is in the list, reports a type that is shipped, and listens to something."""

from importlib import import_module
from pathlib import Path

import pytest

from core import events
from exceptions.detection import detectors
from exceptions.library.shipped import shipped_types

TYPES = {row.code: row for row in shipped_types()}


def test_every_module_is_in_the_list():
    modules = {path.stem for path in Path(detectors.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == set(detectors.NAMES)


@pytest.mark.parametrize("name", detectors.NAMES)
def test_a_detector_has_a_type_and_an_event(name):
    module = import_module(f"{detectors.__name__}.{name}")
    for code in {module.TYPE, *getattr(module, "TYPES", {}).values()}:
        assert code in TYPES
    handlers = {handler for _app, event in events.declared() for handler in events.subscribers_of(event)}
    assert [handler for handler in handlers if handler.startswith(f"{module.__name__}.")]
