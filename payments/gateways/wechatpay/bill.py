"""WeChat Pay's trade bill of a day (type ALL), whose columns are named in Chinese."""

from django.utils.translation import gettext as _

from payments.gateways.base import BadBill, Line
from payments.gateways.tables import find_columns, line, named, read_text

NO, REFUND_NO, STATE, REFUND_STATE = "商户订单号", "商户退款单号", "交易状态", "退款状态"
PAID, BACK = "订单金额", "申请退款金额"
NEEDED = (STATE, NO, REFUND_NO, REFUND_STATE, PAID, BACK)
TOTAL = "总交易单数"
# A refund that has these did not give anything back (CHANGE: the bank refused, the merchant has to send it otherwise).
NOT_REFUNDED = {"FAIL", "CHANGE"}


def read(file: bytes) -> list[Line]:
    """Plain or gzipped. Values are parted by a comma *and* a backtick, so that a value may hold a comma. The last line
    says how many there are."""
    table = (row for row in read_text(file, "utf-8-sig", STATE).split("\n") if row.strip())
    columns = find_columns((row.split(",") for row in table), NEEDED)
    lines: list[Line] = []
    for count, row in enumerate(table):
        if row.split(",")[0].strip() == TOTAL:
            total = next(table, "").split(",")[0].removeprefix("`").strip()
            if total != str(count):
                raise BadBill(
                    _("It has %(lines)d lines, and its sum says %(total)s.")
                    % {"lines": count, "total": total}
                )
            return lines
        values = named(columns, row.rstrip("\r").removeprefix("`").split(",`"))
        if values[STATE] == "SUCCESS":
            lines.append(line(Line.PAY, values[NO], values[PAID]))
        elif values[REFUND_STATE] not in NOT_REFUNDED:
            lines.append(line(Line.REFUND, values[REFUND_NO], values[BACK]))
    raise BadBill(_("Its end is missing."))
