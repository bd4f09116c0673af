"""Bringing a drawn or imported campus up to date without undoing what operators have edited."""

from django.db.models import Model

from campus.models import Campus


def apply_unless_edited(row: Model, fields: dict) -> None:
    """Set `fields` on a row that has an `imported` memory, but for those that someone has edited since.

    A field was edited when it differs from what the last import wrote. Does not save.
    """
    for name, value in fields.items():
        if name in row.imported and getattr(row, name) != row.imported[name]:
            continue
        setattr(row, name, value)
        row.imported[name] = value


def upsert_imported(model: type[Model], campus: Campus, code: str, fields: dict) -> tuple[Model, bool]:
    """Make or update the zone or place of a code. Returns it and whether it is new."""
    row = model.objects.filter(campus=campus, code=code).first()
    new = row is None
    row = row or model(campus=campus, code=code)
    apply_unless_edited(row, fields)
    row.save()
    return row, new
