"""Tables to download: xlsx, or csv."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone

from core.sheets.escaping import escape, escape_marked, printable

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

Row = Sequence[object]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("xlsx", "csv")


def in_yuan(fen: int) -> Decimal:
    """Fen as a spreadsheet adds them up: 650 → 6.50."""
    return Decimal(fen) / 100


def download(name: str, format: str, headers: Sequence[str], rows: Iterable[Row]) -> HttpResponse:
    """A response that saves the table as `name`.xlsx or `name`.csv. Cells: text, numbers, Decimal, aware datetimes.

    Text stays text: nothing that a person typed is ever run as a formula.
    """
    write = {"xlsx": _xlsx, "csv": _csv}[format]
    content_type = XLSX if format == "xlsx" else "text/csv; charset=utf-8"
    response = HttpResponse(write([str(h) for h in headers], rows), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    response["Cache-Control"] = "no-store"
    return response


def _xlsx(headers: Sequence[str], rows: Iterable[Row]) -> bytes:
    # Here, as every process imports this module and few ever write a table: openpyxl takes 15 MB.
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for n, header in enumerate(headers, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = max(12, 2 * len(header) + 4)
    sheet.append([_cell(sheet, header, bold=True) for header in headers])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet, value: object, bold: bool = False) -> "WriteOnlyCell":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, timezone.localtime(value).replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, Decimal):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "0.00"
    elif isinstance(value, int):
        cell = WriteOnlyCell(sheet, value)
    else:
        cell = WriteOnlyCell(sheet, escape_marked(printable(str(value))))
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _csv(headers: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headers)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig")  # with the mark by which spreadsheets know UTF-8


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    text = printable(str(value))
    return escape(text) if isinstance(value, str) else text
