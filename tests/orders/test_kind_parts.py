"""The parts of an order kind: its module is complete, and nothing of it stands anywhere else."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.utils.functional import Promise

from orders import kinds
from orders.kinds import ERRANDS, KINDS, NAMES
from orders.models import Kind
from orders.requests import ErrandRequest
from simulation.wishes import WISHES

FOLDER = Path(kinds.__file__).parent
ROOT = FOLDER.parent.parent
APPS = ("accounts", "orders", "couriers", "delivery", "dispatch", "exceptions", "analytics", "simulation")
CODE = [
    path
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if FOLDER not in path.parents and "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_every_module_is_in_the_list():
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "base", "form"}
    assert modules == set(NAMES) == set(KINDS)
    assert list(NAMES) == Kind.values


@pytest.mark.parametrize("name", NAMES)
def test_a_kind_says_how_it_looks_and_what_it_is_called(name):
    kind = KINDS[name]
    assert type(kind).__module__ == f"orders.kinds.{name}"
    assert import_module(type(kind).__module__).__doc__
    assert (ROOT / "static" / "img" / "icons.svg").read_text(encoding="utf-8").count(f'id="{kind.icon}"') == 1
    css = (ROOT / "static" / "css" / "ui.css").read_text(encoding="utf-8")
    for name_of_class in filter(None, [kind.tile_class, kind.tag_class]):
        assert re.search(rf"\.{name_of_class}\b", css)
    assert kind.label == Kind(name).label
    assert isinstance(vars(type(kind))["courier_label"], Promise)  # translated when it is read


@pytest.mark.parametrize("name", ERRANDS)
def test_a_kind_that_is_ordered_has_its_form_its_line_and_its_virtual_customers(name):
    kind = KINDS[name]
    assert kind.form_class.__module__ == f"orders.kinds.{name}"
    assert kind.form_class.kind == name
    assert kind.tile_text
    assert WISHES[name].weight


def test_virtual_students_want_nothing_else():
    assert set(WISHES) == set(ERRANDS)


@pytest.mark.parametrize("name", NAMES)
def test_its_line_in_lists_is_the_first_that_is_said_of_it(name, campus):
    assert KINDS[name].summary(ErrandRequest(campus=campus, kind=name, what=" A thing ")) == "A thing"
    assert KINDS[name].summary(ErrandRequest(campus=campus, kind=name))


# Where a kind may be named: as a value of the database, and by the people who are not there.
NAMED = {
    "orders/models/kinds.py",
    "simulation/wishes.py",
    "simulation/onboarding.py",  # the course for who moves things
    "simulation/replay.py",  # meals of a recorded day, as something to buy
}


@pytest.mark.parametrize("name", NAMES)
def test_nobody_else_names_it(name):
    """What asks which kind it is would have to be found and changed for the next one."""
    asked = re.compile(
        rf"""(?<!Place\.)\bKind\.{name.upper()}\b|\bkind\b[^\n]{{0,12}}[=!]=? ?["']{name}["']"""
    )
    named = {
        str(path.relative_to(ROOT))
        for path in [*CODE, *TEMPLATES]
        if asked.search(path.read_text(encoding="utf-8"))
    }
    assert named <= NAMED
