"""The actions by name, in the order of their buttons."""

from importlib import import_module

from exceptions.actions.base import Step

# One line an action: its folder, whose action.py has the class of that name in CamelCase.
NAMES = (
    "ask_party",
    "extend_promise",
    "reassign",
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


def _load(name: str) -> Step:
    module = import_module(f"exceptions.actions.{name}.action")
    return getattr(module, "".join(part.title() for part in name.split("_")))()


STEPS: dict[str, Step] = {name: _load(name) for name in NAMES}
