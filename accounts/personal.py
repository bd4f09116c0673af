"""What the platform knows about a person, gathered over all apps for export, and what stands against erasing it.

Upper apps add what they know:

    @exports("orders")
    def orders_of(user): return [...]          # JSON

    @blocks_erasure
    def live_orders(user): return _("You have an order under way.")    # or ""

and say in core.personal_data what becomes of their rows when the person is erased.
"""

from collections.abc import Callable, Iterator

from django.db.models import Choices, Model
from django.db.models.fields.files import FieldFile

from core import clock

_transacted: list[tuple[str, Callable]] = []
_choices: dict[str, dict[str, type[Choices]]] = {}  # of a kind of transactions, by field
_files: list[Callable] = []
_exporters: dict[str, Callable] = {}
_obstacles: list[Callable] = []


class Named(str):
    """A code as JSON has it, with the words that people read."""

    label: str = ""


def named(row: Model, name: str) -> Named:
    """The row's choice of that name, with its words in the active language."""
    said = Named(getattr(row, name))
    said.label = str(getattr(row, f"get_{name}_display")())
    return said


def exports(name: str) -> Callable:
    """Register `function(user) -> JSON` as the part `name` of a person's data."""

    def register(function: Callable) -> Callable:
        _exporters[name] = function
        return function

    return register


def exports_files(function: Callable) -> Callable:
    """Register `function(user) -> iterable of (name in the archive, file of a row)`: their own photos."""
    _files.append(function)
    return function


def files_of(user) -> Iterator[tuple[str, FieldFile]]:
    """Every file of the person's own, with its name in the archive."""
    for function in _files:
        yield from function(user)


def transacts(name: str, **choices: type[Choices]) -> Callable:
    """Register `function(user) -> rows`: which transactions of theirs the law wants kept with their name. Nothing
    when there are none. `choices`: the fields of a row that hold codes, with what these mean."""

    def register(function: Callable) -> Callable:
        _transacted.append((name, function))
        _choices[name] = choices
        return function

    return register


def transactions(user) -> dict:
    """What the law wants kept of this person after an erasure, by name; empty for who has bought nothing."""
    return {name: said for name, function in _transacted if (said := function(user))}


def with_labels(kept: dict) -> dict:
    """What `transactions` gave, its codes with their words in the active language."""
    return {
        name: [_with_labels(row, _choices[name]) for row in rows] if name in _choices else rows
        for name, rows in kept.items()
    }


def _with_labels(row: dict, choices: dict[str, type[Choices]]) -> dict:
    said = dict(row)
    for name, meaning in choices.items():
        said[name] = Named(row.get(name, ""))
        said[name].label = str(dict(meaning.choices).get(said[name], said[name]))
    return said


def blocks_erasure(function: Callable) -> Callable:
    """Register `function(user) -> sentence`; an empty sentence means that nothing stands against it."""
    _obstacles.append(function)
    return function


def gather(user) -> dict:
    """Every part, by name."""
    return {name: function(user) for name, function in sorted(_exporters.items())}


def export(user) -> dict:
    """Everything personal that is stored about the person, as JSON-ready values."""
    return {"exported_at": clock.now().isoformat(), **gather(user)}


def obstacles(user) -> list[str]:
    """Why this person cannot be erased now, in the active language; empty when they can."""
    return [reason for function in _obstacles if (reason := function(user))]
