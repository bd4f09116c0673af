"""The actions by name, in the order of their buttons."""

from importlib import import_module
from importlib.util import find_spec

from exceptions.actions.base import Action
from exceptions.tickets import log, notifications

# One line an action: its folder, whose action.py has the class of that name in CamelCase.
NAMES = (
    "ask_party",
    "extend_promise",
    "reassign",
    "rescue",
    "compensate",
    "refund",
    "warn",
    "cancel_order",
    "return_goods",
    "found",
    "write_off",
    "note",
    "resolve",
)


def _load(name: str) -> Action:
    module = import_module(f"exceptions.actions.{name}.action")
    action: Action = getattr(module, "".join(part.title() for part in name.split("_")))(name)
    log.add_kinds(action.entries)
    notifications.add(action.notifications)
    return action


ACTIONS: dict[str, Action] = {name: _load(name) for name in NAMES}


def register() -> None:
    """Subscribe what an action's ticket has to hear of later (`handler.py`) to its events."""
    for name in NAMES:
        if find_spec(f"exceptions.actions.{name}.handler"):
            import_module(f"exceptions.actions.{name}.handler")


def undoable(entry_kind: str) -> Action | None:
    """The action that wrote entries of this kind, if it can be undone."""
    action = ACTIONS.get(entry_kind)
    return action if action and action.undoable else None
