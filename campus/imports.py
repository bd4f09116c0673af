"""Bringing a drawn or imported campus up to date without undoing what operators have edited."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model

from campus.models import Campus


@dataclass(frozen=True)
class Change:
    """A field that an import has changed."""

    model: type[Model]
    field: str
    before: Any
    after: Any


class Upsert(NamedTuple):
    row: Any
    is_new: bool
    changes: list[Change]


def apply_unless_edited(row: Model, fields: dict) -> list[Change]:
    """Set `fields` on a row that has an `imported` memory, but for those that someone has edited since.

    A field was edited when it differs from what the last import wrote. Does not save. Returns what is different now.
    """
    changes = []
    for name, value in fields.items():
        before = getattr(row, name)
        if name in row.imported and before != row.imported[name]:
            continue
        if before != value:
            changes.append(Change(type(row), name, before, value))
        setattr(row, name, value)
        row.imported[name] = value
    return changes


def upsert_imported(model: type[Model], campus: Campus, code: str, fields: dict) -> Upsert:
    """Make or update the zone or place of a code."""
    row = model.objects.filter(campus=campus, code=code).first()
    is_new = row is None
    row = row or model(campus=campus, code=code)
    changes = apply_unless_edited(row, fields)
    row.save()
    return Upsert(row, is_new, changes)
