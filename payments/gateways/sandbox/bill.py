"""The sandbox cashier's bill of a day."""

import csv
import io

from django.utils.translation import gettext as _

from payments.gateways.base import BadBill, Line
from payments.gateways.tables import read_text, rows

COLUMNS = ("kind", "no", "fen")


def read(file: bytes) -> list[Line]:
    table = rows(read_text(file, "utf-8", COLUMNS[1]))
    if tuple(next(table, ())) != COLUMNS:
        raise BadBill(_("The columns are not those of such a bill."))
    try:
        return [Line(Line.KINDS[Line.KINDS.index(kind)], no, int(fen)) for kind, no, fen in table]
    except ValueError:
        raise BadBill(_("A line cannot be read.")) from None


def write(lines: list[Line]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *((line.kind, line.no, line.fen) for line in lines)])
    return text.getvalue().encode()
