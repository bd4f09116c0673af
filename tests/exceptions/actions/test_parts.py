"""The parts of an action: its folder is complete, and nothing of it stands anywhere else."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from exceptions import actions
from exceptions.actions import ACTIONS
from exceptions.actions.base import Action, ActionForm, Place
from exceptions.actions.registry import NAMES
from exceptions.library.shipped import shipped_types
from exceptions.tickets import log, notifications

FOLDER = Path(actions.__file__).parent
ROOT = FOLDER.parent.parent
OWN = ("label", "icon", "shortcut", "place", "entries", "notifications", "available", "preview", "apply")


def test_every_folder_is_in_the_list():
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(NAMES) == set(ACTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_an_action_has_all_its_parts(name):
    action = ACTIONS[name]
    own = {
        attribute
        for cls in type(action).__mro__
        if issubclass(cls, Action) and cls is not Action
        for attribute in vars(cls)
    }
    missing = [attribute for attribute in OWN if attribute not in own]
    assert missing == []
    assert type(action).__module__ == f"exceptions.actions.{name}.action"
    texts = import_module(f"exceptions.actions.{name}.texts")
    notification = import_module(f"exceptions.actions.{name}.notification")
    assert (action.label, action.entries) == (texts.LABEL, texts.ENTRIES)
    assert action.notifications is notification.NOTIFICATIONS
    assert notification.__doc__  # whom it tells, or who else does
    assert action.entry_kind in action.entries
    assert action.notifications.keys() <= action.entries.keys()


@pytest.mark.parametrize("name", NAMES)
def test_its_form_stands_in_its_folder(name):
    form_class = ACTIONS[name].form_class
    assert (FOLDER / name / "form.py").exists() == (form_class is not ActionForm)
    if form_class is not ActionForm:
        assert form_class.__module__ == f"exceptions.actions.{name}.form"


@pytest.mark.parametrize("name", NAMES)
def test_what_can_be_undone_says_how(name):
    action = ACTIONS[name]
    own = {attribute for cls in type(action).__mro__ if cls is not Action for attribute in vars(cls)}
    assert action.undoable == ({"undo", "cannot_undo"} <= own)
    assert bool(action.entries[action.entry_kind].undone_name) == action.undoable


def test_the_log_and_the_notifications_know_every_action():
    for action in ACTIONS.values():
        for kind, entry in action.entries.items():
            assert log.KINDS[kind] is entry
            assert re.fullmatch(r"[a-z_0-9]+", entry.icon)
        for kind, notification in action.notifications.items():
            assert notifications._notifications[kind] is notification


def test_keys_are_pressed_for_one_action_each():
    keys = [action.shortcut for action in ACTIONS.values() if action.shortcut]
    assert len(keys) == len(set(keys))
    # "o" reopens a ticket, "y" accepts the suggestion.
    assert set(keys).isdisjoint("oy")
    assert [name for name, action in ACTIONS.items() if action.place == Place.END] == ["resolve"]


def test_a_kind_of_entry_has_one_meaning():
    with pytest.raises(ValueError, match="opened"):
        log.add_kinds({"opened": log.KINDS["closed"]})


# The question that a party was asked stands on their page. (The other names are words of other things as well.)
NAMED = {"ask_party": {"exceptions/tickets/summary.py", "exceptions/clocks/state.py"}}


@pytest.mark.parametrize("name", [name for name in NAMES if "_" in name] + ["reassign"])
def test_nobody_else_names_it(name):
    """A registry of actions outside of their folders would have to be kept up by hand."""
    modules = [path for path in (ROOT / "exceptions").rglob("*.py") if "migrations" not in path.parts]
    named = {
        str(path.relative_to(ROOT))
        for path in modules
        if FOLDER / name not in path.parents
        and path.name != "registry.py"
        and re.search(rf"[\"']{name}[\"']", path.read_text(encoding="utf-8"))
    }
    assert named == NAMED.get(name, set())


def test_what_a_type_suggests_is_an_action():
    suggestable = {name for name, action in ACTIONS.items()}
    assert {row.suggested_action for row in shipped_types() if row.suggested_action} <= suggestable
