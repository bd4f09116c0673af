"""The sandbox cashier's bill of a day."""

import csv
import io

from payments.gateways.base import BadBill, Line
from payments.gateways.tables import rows

COLUMNS = ("kind", "no", "fen")


def read(file: bytes) -> list[Line]:
    table = rows(file, "utf-8")
    if tuple(next(table, ())) != COLUMNS:
        raise BadBill("not a bill of the sandbox cashier")
    try:
        return [Line(Line.KINDS[Line.KINDS.index(kind)], no, int(fen)) for kind, no, fen in table]
    except ValueError as error:
        raise BadBill(str(error)) from None


def write(lines: list[Line]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *((line.kind, line.no, line.fen) for line in lines)])
    return text.getvalue().encode()
