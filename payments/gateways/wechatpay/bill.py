"""WeChat Pay's trade bill of a day (type ALL), whose columns are named in Chinese."""

from payments.gateways.base import BadBill, Line
from payments.gateways.tables import find_columns, line, rows

NO, REFUND_NO, STATE = "商户订单号", "商户退款单号", "交易状态"
PAID, BACK = "订单金额", "申请退款金额"
TOTAL = "总交易单数"


def read(file: bytes) -> list[Line]:
    """Plain or gzipped; each value stands behind a backtick. The last line says how many there are."""
    table = rows(file, "utf-8-sig")
    columns = find_columns(table, STATE)
    lines = []
    for row in table:
        values = dict(zip(columns, (value.removeprefix("`").strip() for value in row), strict=False))
        if row[0].strip() == TOTAL:
            total = next(table, [""])[0].removeprefix("`").strip()
            if total != str(len(lines)):
                raise BadBill(f"{len(lines)} lines, and the sum says {total}")
            return lines
        paid = values.get(STATE) == "SUCCESS"
        no, fen = (NO, PAID) if paid else (REFUND_NO, BACK)
        lines.append(line(Line.PAY if paid else Line.REFUND, values.get(no), values.get(fen)))
    raise BadBill("it has no end")
