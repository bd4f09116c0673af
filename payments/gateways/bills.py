"""The bills that providers write for a day, read line by line. Their columns are named in Chinese, as they are there."""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator

from core.money import parse_yuan
from payments.gateways.base import BadBill, Line

MAX_BYTES = 50_000_000
# Columns of WeChat Pay's trade bill (type ALL) and of Alipay's trade bill.
WECHAT_NO, WECHAT_REFUND_NO, WECHAT_STATE = "商户订单号", "商户退款单号", "交易状态"
WECHAT_PAID, WECHAT_BACK = "订单金额", "申请退款金额"
WECHAT_TOTAL = "总交易单数"
ALIPAY_NO, ALIPAY_REFUND_NO, ALIPAY_WHAT = "商户订单号", "退款批次号/请求号", "业务类型"
ALIPAY_FEN = "订单金额（元）"
ALIPAY_KINDS = {"交易": Line.PAY, "退款": Line.REFUND}
ALIPAY_END = "业务明细列表结束"
# The sandbox's own.
SANDBOX = ("kind", "no", "fen")


def read_wechat(file: bytes) -> list[Line]:
    """Plain or gzipped; each value stands behind a backtick. The last line says how many there are."""
    rows = _rows(file, "utf-8-sig")
    columns = _find(rows, WECHAT_STATE)
    lines = []
    for row in rows:
        values = dict(zip(columns, (value.removeprefix("`").strip() for value in row), strict=False))
        if row[0].strip() == WECHAT_TOTAL:
            total = next(rows, [""])[0].removeprefix("`").strip()
            if total != str(len(lines)):
                raise BadBill(f"{len(lines)} lines, and the sum says {total}")
            return lines
        paid = values.get(WECHAT_STATE) == "SUCCESS"
        no, fen = (WECHAT_NO, WECHAT_PAID) if paid else (WECHAT_REFUND_NO, WECHAT_BACK)
        lines.append(_line(Line.PAY if paid else Line.REFUND, values.get(no), values.get(fen)))
    raise BadBill("it has no end")


def read_alipay(file: bytes) -> list[Line]:
    """A ZIP of two tables (the lines, and sums that we do not need), or the table of lines alone."""
    rows = _rows(_unzipped(file), "gb18030")
    columns = _find(rows, ALIPAY_WHAT)
    lines = []
    for row in rows:
        if row[0].startswith("#") and ALIPAY_END in row[0]:
            return lines
        values = dict(zip(columns, (value.strip() for value in row), strict=False))
        kind = ALIPAY_KINDS.get(values.get(ALIPAY_WHAT, ""))
        if kind is None:
            raise BadBill(f"what is a {values.get(ALIPAY_WHAT)!r}?")
        no = values.get(ALIPAY_NO if kind == Line.PAY else ALIPAY_REFUND_NO)
        lines.append(_line(kind, no, values.get(ALIPAY_FEN, "").removeprefix("-")))
    raise BadBill("it has no end")


def read_sandbox(file: bytes) -> list[Line]:
    rows = _rows(file, "utf-8")
    if tuple(next(rows, ())) != SANDBOX:
        raise BadBill("not a bill of the sandbox cashier")
    try:
        return [Line(Line.KINDS[Line.KINDS.index(kind)], no, int(fen)) for kind, no, fen in rows]
    except ValueError as error:
        raise BadBill(str(error)) from None


def write_sandbox(lines: list[Line]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([SANDBOX, *((line.kind, line.no, line.fen) for line in lines)])
    return text.getvalue().encode()


def _line(kind: str, no: str | None, yuan: str | None) -> Line:
    try:
        fen = parse_yuan(yuan or "")
    except ValueError:
        raise BadBill(f"{no}: {yuan!r} is no amount") from None
    if not no or fen <= 0:
        raise BadBill(f"{no!r}, {yuan!r}: not readable")
    return Line(kind, no, fen)


def _rows(file: bytes, encoding: str) -> Iterator[list[str]]:
    """The rows of a table that are not empty."""
    file = unpacked(file)
    if b"\0" in file:
        raise BadBill("not a table")
    try:
        text = file.decode(encoding)
    except UnicodeDecodeError:
        raise BadBill("not readable") from None
    return (row for row in csv.reader(io.StringIO(text)) if any(row))


def _find(rows: Iterator[list[str]], column: str) -> list[str]:
    """Read on to the row that names the columns."""
    for row in rows:
        names = [name.strip() for name in row]
        if column in names:
            return names
    raise BadBill("the columns are not those of such a bill")


def unpacked(file: bytes) -> bytes:
    """Without the gzip around it, if there is one. BadBill when it is broken or becomes too big."""
    if file[:2] != b"\x1f\x8b":
        return file
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(file)) as opened:
            return _limited(opened.read(MAX_BYTES + 1))
    except (OSError, EOFError, zlib.error):
        raise BadBill("broken") from None


def _unzipped(file: bytes) -> bytes:
    if file[:2] != b"PK":
        return file
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as packed:
            for member in packed.infolist()[:10]:
                with packed.open(member) as opened:
                    table = _limited(opened.read(MAX_BYTES + 1))
                if ALIPAY_WHAT.encode("gb18030") in table and ALIPAY_END.encode("gb18030") in table:
                    return table
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        raise BadBill("broken") from None
    raise BadBill("no table of lines in it")


def _limited(read: bytes) -> bytes:
    if len(read) > MAX_BYTES:
        raise BadBill("too big")
    return read
