"""Names and rows for SQL that is written by hand: taken from the models, so that a renamed or added field is found here
and not in production."""

from types import SimpleNamespace

from django.db import connection, models
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED


def columns(model: type[Model]) -> SimpleNamespace:
    """The quoted `table` of a model, and the quoted column of each field by the field's name."""
    quote = connection.ops.quote_name
    fields = {field.name: quote(str(field.column)) for field in model._meta.concrete_fields}
    return SimpleNamespace(table=quote(model._meta.db_table), **fields)


def insert(model: type[Model], **expressions: str) -> SimpleNamespace:
    """`head` (INSERT INTO table (columns)) and `values` (the expressions for a SELECT, in the columns' order).

    A field that is not named is left NULL, or gets its default where that is a plain value. One that can be neither
    raises TypeError: a row by hand cannot forget a field that was added to the model.
    """
    names, values = [], []
    for field in model._meta.concrete_fields:
        if field.name in expressions:
            value = expressions.pop(field.name)
        elif field.primary_key or (field.null and field.default is NOT_PROVIDED):
            continue
        else:
            value = _default(field)
        names.append(connection.ops.quote_name(str(field.column)))
        values.append(value)
    if expressions:
        raise TypeError(f"{model.__name__} has no {', '.join(expressions)}")
    table = connection.ops.quote_name(model._meta.db_table)
    return SimpleNamespace(head=f"INSERT INTO {table} ({', '.join(names)})", values=", ".join(values))


def _default(field: models.Field) -> str:
    """The field's default as a literal."""
    if isinstance(field, models.JSONField) and field.default in (dict, list):
        empty = "{}" if field.default is dict else "[]"
        return f"CAST('{empty}' AS {field.cast_db_type(connection)})"
    value = field.default
    if value is NOT_PROVIDED and field.blank and field.empty_strings_allowed:
        value = ""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"{field} has no plain default: name it")
    return str(value) if isinstance(value, int) else literal(str(value))


def literal(text: str) -> str:
    """A quoted string, for the values of our own enumerations."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"
