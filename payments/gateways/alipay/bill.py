"""Alipay's trade bill of a day, whose columns are named in Chinese."""

import zipfile
import zlib
from io import BytesIO

from payments.gateways.base import BadBill, Line
from payments.gateways.tables import MAX_BYTES, find_columns, limited, line, rows

NO, REFUND_NO, WHAT = "商户订单号", "退款批次号/请求号", "业务类型"
FEN = "订单金额（元）"
KINDS = {"交易": Line.PAY, "退款": Line.REFUND}
END = "业务明细列表结束"


def read(file: bytes) -> list[Line]:
    """A ZIP of two tables (the lines, and sums that we do not need), or the table of lines alone."""
    table = rows(_unzipped(file), "gb18030")
    columns = find_columns(table, WHAT)
    lines = []
    for row in table:
        if row[0].startswith("#") and END in row[0]:
            return lines
        values = dict(zip(columns, (value.strip() for value in row), strict=False))
        kind = KINDS.get(values.get(WHAT, ""))
        if kind is None:
            raise BadBill(f"what is a {values.get(WHAT)!r}?")
        no = values.get(NO if kind == Line.PAY else REFUND_NO)
        lines.append(line(kind, no, values.get(FEN, "").removeprefix("-")))
    raise BadBill("it has no end")


def _unzipped(file: bytes) -> bytes:
    if file[:2] != b"PK":
        return file
    try:
        with zipfile.ZipFile(BytesIO(file)) as packed:
            for member in packed.infolist()[:10]:
                with packed.open(member) as opened:
                    table = limited(opened.read(MAX_BYTES + 1))
                if WHAT.encode("gb18030") in table and END.encode("gb18030") in table:
                    return table
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        raise BadBill("broken") from None
    raise BadBill("no table of lines in it")
