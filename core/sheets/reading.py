"""A table that somebody has edited, read by the labels of its columns: its rows, and all that is wrong with it at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.sheets.escaping import unescape
from core.sheets.fields import Text, in_every_language, normal
from core.sheets.files import Cell, Table, Unreadable, read_tables

HEADING_WITHIN = 10  # rows: a title and remarks may stand above the headings
MOST_ROWS = 5000


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a sheet: its heading is `label` in any language (what stands in brackets at its end may lack), and
    `field` reads its cells. A sheet without one that is `required` is refused."""

    key: str
    label: Text
    field: forms.Field
    required: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell, or with a whole row (`column` is empty). `row` as a spreadsheet counts."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        if not self.column:
            return _("Row %(row)d: %(text)s") % {"row": self.row, "text": self.text}
        return _("Row %(row)d, “%(column)s”: %(text)s") % {
            "row": self.row,
            "column": self.column,
            "text": self.text,
        }


@dataclass(frozen=True)
class SheetRow:
    """One row: `texts` as they stand there and `values` as their fields read them, by the keys of the columns. A cell
    that is wrong has no value."""

    number: int
    texts: dict[str, str]
    values: dict[str, object]

    @property
    def is_blank(self) -> bool:
        return not any(text.strip() for text in self.texts.values())


@dataclass
class Sheet:
    """A table as it was read. While it has `problems` nothing of it is to be stored; `notes` say what was not read."""

    keys: tuple[str, ...]
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_sheet(file: IO[bytes], columns: Sequence[Column], *, most_rows: int = MOST_ROWS) -> Sheet:
    """Read an xlsx or csv. Raises Unreadable (a DomainError for people) when there is no such table in it.

    A cell that is wrong is a Problem of the sheet, so that a person reads of all of them at once.
    """
    table, heading = _find_table(read_tables(file), columns)
    number, cells = table.rows[heading]
    names = _Headings(columns)
    found: dict[int, Column] = {}
    sheet = Sheet(())
    for position, cell in enumerate(cells):
        column = names.find(cell.text)
        if column in found.values():
            sheet.problems.append(
                Problem(number, str(cell.text).strip(), _("There are two columns of this name."))
            )
        elif column:
            found[position] = column
    if missing := [
        str(column.label) for column in columns if column.required and column not in found.values()
    ]:
        raise Unreadable(_("The column %(names)s is missing.") % {"names": _quoted(missing)})
    sheet.keys = tuple(column.key for column in found.values())
    body = table.rows[heading + 1 :]
    if len(body) > most_rows:
        raise Unreadable(_("The table has more than %(most)d rows.") % {"most": most_rows})
    for number, cells in body:
        sheet.rows.append(_row(sheet, found, number, cells))
        if table.is_csv and len(cells) > len(table.rows[heading][1]):
            text = _(
                "There are more cells than columns: is there a comma in a number that is not in quotation marks?"
            )
            sheet.problems.append(Problem(number, "", text))
    sheet.notes += _unread(table, heading, found)
    return sheet


class _Headings:
    """Columns by what may stand above them."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._whole: dict[str, Column] = {}
        shorts: dict[str, set[Column]] = {}
        for column in columns:
            for name in {normal(column.key), *in_every_language(column.label)}:
                self._whole[name] = column
                shorts.setdefault(_short(name), set()).add(column)
        self._short = {name: next(iter(those)) for name, those in shorts.items() if len(those) == 1}

    def find(self, text: str) -> Column | None:
        name = normal(unescape(text))
        return (self._whole.get(name) or self._short.get(_short(name))) if name else None


def _short(name: str) -> str:
    """A heading without the unit in brackets at its end."""
    return name.partition("(")[0] if name.endswith(")") else name


def _find_table(tables: Sequence[Table], columns: Sequence[Column]) -> tuple[Table, int]:
    """The table with most of the headings, and the position of their row."""
    names = _Headings(columns)
    best: tuple[int, Table, int] | None = None
    for table in tables:
        for position, (_number, cells) in enumerate(table.rows[:HEADING_WITHIN]):
            count = len({column.key for cell in cells if (column := names.find(cell.text))})
            if count and (best is None or count > best[0]):
                best = count, table, position
    if best is None:
        wanted = _quoted(str(column.label) for column in columns)
        raise Unreadable(
            _(
                "No row of this file names the columns. They are called: %(names)s. Download the sheet and fill that in."
            )
            % {"names": wanted}
        )
    return best[1], best[2]


def _row(sheet: Sheet, found: dict[int, Column], number: int, cells: list[Cell]) -> SheetRow:
    texts: dict[str, str] = {}
    values: dict[str, object] = {}
    for position, column in found.items():
        cell = cells[position] if position < len(cells) else Cell()
        texts[column.key] = unescape(cell.text)
        try:
            values[column.key] = _value(cell, column)
        except ValidationError as error:
            sheet.problems.extend(Problem(number, str(column.label), message) for message in error.messages)
    return SheetRow(number, texts, values)


def _value(cell: Cell, column: Column) -> object:
    if cell.is_formula:
        raise ValidationError(
            _(
                "This is a formula, and formulas are not worked out here. Put its result there (copy, then paste values only)."
            )
        )
    if cell.is_error:
        raise ValidationError(
            _("The spreadsheet program shows an error here: %(text)s.") % {"text": cell.text[:40]}
        )
    return column.field.clean(unescape(cell.text))


def _unread(table: Table, heading: int, found: dict[int, Column]) -> Iterator[str]:
    """What stands in the file and was not read."""
    _number, headings = table.rows[heading]
    if heading:
        yield _("What stands above row %(row)d, where the columns are named, was not read.") % {
            "row": table.rows[heading][0]
        }
    others = [
        cell.text.strip()
        for position, cell in enumerate(headings)
        if position not in found and cell.text.strip()
    ]
    if others:
        yield _("Not read, as there is no such column: %(names)s.") % {"names": _quoted(others)}
    unnamed = any(
        cells[position].text.strip()
        for _row_number, cells in table.rows[heading + 1 :]
        for position in range(len(cells))
        if position >= len(headings) or not headings[position].text.strip()
    )
    if unnamed and not table.is_csv:
        yield _("A column without a name was not read.")
    if table.other_sheets:
        yield _("Only the first sheet was read, not %(names)s.") % {"names": _quoted(table.other_sheets)}


def _quoted(names) -> str:
    return ", ".join(f"“{name[:60]}”" for name in names)
