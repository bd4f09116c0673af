"""The rows of a file that somebody uploads as a table, whatever program has written it; within limits.

Nothing in it is run: a formula of an xlsx is told from the text that looks like one, and its result is not asked for.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import IO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import Invalid

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 30 * 1024 * 1024  # bytes of an xlsx without its packing
MOST_CELLS = 1_000_000  # empty ones among them
SEPARATORS = (",", ";", "\t")

# First bytes of what is no table that can be read: how it is called.
OTHERS = {
    b"\xd0\xcf\x11\xe0": gettext_noop("an old .xls, or protected by a password"),
    b"%PDF": gettext_noop("a PDF"),
    b"\x89PNG": gettext_noop("a picture (PNG)"),
    b"\xff\xd8\xff": gettext_noop("a picture (JPEG)"),
    b"Rar!": gettext_noop("a RAR archive"),
    b"7z\xbc\xaf\x27\x1c": gettext_noop("a 7z archive"),
    b"\x1f\x8b": gettext_noop("a gzip archive"),
    b"{\\rtf": gettext_noop("a text document (RTF)"),
}
# Members of a zip by which one knows what else it is.
PACKED = {
    "xl/workbook.bin": gettext_noop("an .xlsb"),
    "word/document.xml": gettext_noop("a Word document"),
    "ppt/presentation.xml": gettext_noop("a presentation"),
    "content.xml": gettext_noop("an .ods of LibreOffice"),
    "Index/Document.iwa": gettext_noop("a sheet of Numbers"),
}


class Unreadable(Invalid):
    """The file as a whole cannot be read. The message says what it is and what to do."""

    code = "unreadable_sheet"


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, as text; and whether it is a formula, or the error that one has left."""

    text: str = ""
    is_formula: bool = False
    is_error: bool = False


@dataclass(frozen=True)
class Table:
    """What stands in a file: its rows with the numbers that a spreadsheet shows (no empty ones), and the names of sheets
    behind it that hold something too."""

    rows: list[tuple[int, list[Cell]]]
    other_sheets: tuple[str, ...] = ()
    is_csv: bool = False


def read_tables(file: IO[bytes]) -> list[Table]:
    """The table in the file. Of a csv that does not say what parts its cells, one for each separator.

    Raises Unreadable.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file has more than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    if data.startswith(b"PK\x03\x04"):
        return [_xlsx(data)]
    for first, kind in OTHERS.items():
        if data.startswith(first):
            raise _wrong(_(kind))
    return _csv(_decoded(data))


def _wrong(kind: str) -> Unreadable:
    return Unreadable(
        _("The file is %(kind)s. Open it in your spreadsheet program and save it as .xlsx or .csv.")
        % {"kind": kind}
    )


def _damaged() -> Unreadable:
    return Unreadable(_("The file is damaged. Save it again in your spreadsheet program."))


def _too_big() -> Unreadable:
    return Unreadable(_("The table is too big. Copy what is filled in into a new file."))


# -- xlsx ----------------------------------------------------------------------------------------------------


def _xlsx(data: bytes) -> Table:
    _check_packing(data)
    # Here, as every process imports this module and few ever read a table: openpyxl takes 15 MB.
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        rows: list[tuple[int, list[Cell]]] = []
        while sheets and not rows:
            rows = _rows_of(sheets.pop(0))
        others = tuple(sheet.title for sheet in sheets if _rows_of(sheet))
    except Unreadable:
        raise
    except Exception as error:  # whatever its XML makes the library stumble over
        raise _damaged() from error
    if not rows:
        raise Unreadable(_("The file is empty."))
    return Table(rows, others)


def _check_packing(data: bytes) -> None:
    """Look at what is in the archive before anything of it is unpacked: no more than it declares ever is."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged() from error
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        kinds = [kind for name, kind in PACKED.items() if name in names]
        raise _wrong(_(kinds[0]) if kinds else _("a ZIP archive"))
    if any(member.flag_bits & 1 for member in members):
        raise _wrong(_("protected by a password"))
    if sum(member.file_size for member in members) > MOST_UNPACKED or any(
        member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members
    ):
        raise Unreadable(
            _(
                "The file holds more than %(most)d MB when it is unpacked. Copy the table alone into a new file."
            )
            % {"most": MOST_UNPACKED // 1024 // 1024}
        )


def _rows_of(sheet) -> list[tuple[int, list[Cell]]]:
    sheet.reset_dimensions()  # some programs declare one cell, and write a table
    rows, count = [], 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        count += len(cells)
        if count > MOST_CELLS:
            raise _too_big()
        read = _trimmed([_cell(cell) for cell in cells])
        if read:
            rows.append((number, read))
    return rows


EMPTY = Cell()


def _cell(cell) -> Cell:
    if cell.value is None:
        return EMPTY
    if cell.data_type == "f":
        return Cell("=", is_formula=True)
    if cell.data_type == "e":
        return Cell(str(cell.value), is_error=True)
    if cell.data_type == "n" and not isinstance(cell.value, bool):
        return Cell(_number(cell.value, "%" in (cell.number_format or "")))
    return Cell(str(cell.value))


def _number(value: float, is_percent: bool) -> str:
    """A number as people read it: 0.1 + 0.2 is 0.3, and 0.8 in a cell that shows percent is 80%."""
    if is_percent:
        return f"{_number(value * 100, False)}%"
    return f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _trimmed(cells: list[Cell]) -> list[Cell]:
    """Without the empty cells at the end."""
    while cells and not cells[-1].text.strip():
        cells.pop()
    return cells


# -- csv -----------------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            break
    else:
        raise _wrong(_("no table"))
    if not text.strip():
        raise Unreadable(_("The file is empty."))
    if text.lstrip()[:200].casefold().startswith(("<html", "<!doctype", "<?xml", "<table")):
        raise _wrong(_("a web page"))
    return text


def _csv(text: str) -> list[Table]:
    first, _newline, rest = text.partition("\n")
    declared = first.strip().strip('"').removeprefix("sep=")  # Excel's own first line
    if first.strip().strip('"').startswith("sep=") and declared in SEPARATORS:
        tables = [_split(rest, declared, first_number=2)]
    else:
        tables = [_split(text, separator) for separator in SEPARATORS]
    read = [Table(rows, is_csv=True) for rows in tables if rows is not None]
    if not read:
        raise Unreadable(
            _('A quotation mark (") in this file is not closed, or stands in the middle of a cell.')
        )
    return read


def _split(text: str, separator: str, first_number: int = 1) -> list[tuple[int, list[Cell]]] | None:
    """The rows by this separator; None where its quotation marks make no sense with it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, count = [], 0
    try:
        for number, cells in enumerate(reader, start=first_number):
            count += len(cells) + 1
            if count > MOST_CELLS:
                raise _too_big()
            if read := _trimmed([Cell(cell) for cell in cells]):
                rows.append((number, read))
    except csv.Error:
        return None
    return rows
