"""Alipay's trade bill of a day, whose columns are named in Chinese."""

import zipfile
import zlib
from io import BytesIO

from django.utils.translation import gettext as _

from payments.gateways.base import BadBill, Line
from payments.gateways.tables import MAX_BYTES, find_columns, limited, line, named, read_text, rows

NO, REFUND_NO, WHAT = "商户订单号", "退款批次号/请求号", "业务类型"
FEN = "订单金额（元）"
KINDS = {"交易": Line.PAY, "退款": Line.REFUND, "交易退款": Line.REFUND}
END = "业务明细列表结束"


def read(file: bytes) -> list[Line]:
    """A ZIP of two tables (the lines, and sums that we do not need), or the table of lines alone."""
    table = rows(read_text(_unzipped(file), "gb18030", WHAT))
    columns = find_columns(table, (WHAT, NO, REFUND_NO, FEN))
    lines = []
    for row in table:
        if row[0].startswith("#") and END in row[0]:
            return lines
        values = named(columns, row)
        kind = KINDS.get(values[WHAT])
        if kind is None:
            raise BadBill(_("It has a line of the unknown kind “%(kind)s”.") % {"kind": values[WHAT]})
        no = values[NO if kind == Line.PAY else REFUND_NO]
        lines.append(line(kind, no, values[FEN].removeprefix("-")))
    raise BadBill(_("Its end is missing."))


def _unzipped(file: bytes) -> bytes:
    if file[:2] != b"PK":
        return file
    try:
        with zipfile.ZipFile(BytesIO(file)) as packed:
            if "[Content_Types].xml" in packed.namelist():
                return file  # a spreadsheet is a ZIP too
            for member in packed.infolist()[:10]:
                with packed.open(member) as opened:
                    table = limited(opened.read(MAX_BYTES + 1))
                if WHAT.encode("gb18030") in table and END.encode("gb18030") in table:
                    return table
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        raise BadBill(_("The file is damaged: download it again.")) from None
    raise BadBill(_("There is no table of lines in it."))
