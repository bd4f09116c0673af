"""Bills as people really bring them: saved again by a spreadsheet program, of an old layout, with commas in names."""

import gzip
from pathlib import Path

import pytest

from payments.gateways import BadBill, Line
from payments.gateways.alipay import bill as alipay
from payments.gateways.wechatpay import bill as wechatpay

BILLS = Path(__file__).parent.parent / "cases" / "bills"
WECHAT, ALIPAY = BILLS / "wechat-all.csv", BILLS / "alipay-amount-1,234.50.csv"
PAID, GIVEN_BACK = Line("pay", "AB12CD34EF", 850), Line("refund", "RF12RF34EF", 300)


def read(name: str) -> list[Line]:
    provider = wechatpay if name.startswith("wechat") else alipay
    return provider.read((BILLS / name).read_bytes())


def wechat(*changes: tuple[str, str], encoding="utf-8") -> bytes:
    text = WECHAT.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode(encoding)


def alipay_table(*changes: tuple[str, str], encoding="gb18030") -> bytes:
    text = ALIPAY.read_text(encoding="gb18030").replace("1,234.50", "8.50")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode(encoding)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("wechat-all.csv", [PAID, GIVEN_BACK]),
        ("wechat-comma-in-name.csv", [PAID]),
        ("wechat-refund-fail.csv", [PAID]),
        ("alipay-zip-gbk.zip", [PAID, GIVEN_BACK]),
        ("alipay-kind-jiaoyituikuan.csv", [Line("refund", "R1", 100)]),
    ],
)
def test_it_is_read_rightly(name, lines):
    assert read(name) == lines


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (
            "wechat-old-layout.csv",
            "no column 订单金额, 申请退款金额.*Download the trade bill of that day again",
        ),
        ("wechat-resaved-gbk.csv", "saved again by a spreadsheet program.*without opening it"),
        ("alipay-resaved-utf8.csv", "saved again by a spreadsheet program.*without opening it"),
        ("alipay-amount-1,234.50.csv", "27 cells for 25 columns.*Download the bill again"),
    ],
)
def test_it_is_refused_with_what_to_do(name, why):
    with pytest.raises(BadBill, match=why):
        read(name)


@pytest.mark.parametrize(
    "name", ["跑腿,加急", "跑腿, 加急, 带伞", '"夜宵"', "奶茶，少冰", "a\u2028b", "=1+1", "'", "#号楼"]
)
def test_a_name_of_goods_says_nothing_about_columns(name):
    assert wechatpay.read(wechat(("跑腿订单 AB12", name))) == [PAID, GIVEN_BACK]


@pytest.mark.parametrize(
    ("state", "counts"), [("SUCCESS", True), ("PROCESSING", True), ("CHANGE", False), ("FAIL", False)]
)
def test_only_a_refund_that_gave_nothing_back_is_left_out(state, counts):
    """One that is under way is in the provider's hands: our book has it as asked for."""
    lines = wechatpay.read(wechat(("`ORIGINAL,`SUCCESS", f"`ORIGINAL,`{state}")))

    assert (GIVEN_BACK in lines) is counts


def test_a_failed_refund_is_a_line_of_the_sum():
    with pytest.raises(BadBill, match="It has 2 lines, and its sum says 1"):
        wechatpay.read(wechat(("`ORIGINAL,`SUCCESS", "`ORIGINAL,`FAIL"), ("\n`2,", "\n`1,")))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_line_ends_and_gzip_do_not_matter(ends, pack):
    file = wechat().replace(b"\r\n", b"\n").replace(b"\n", ends.encode())

    assert wechatpay.read(pack(file)) == [PAID, GIVEN_BACK]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_wechats_bill_in_another_encoding_was_saved_again(encoding):
    with pytest.raises(BadBill, match="saved again"):
        wechatpay.read(wechat(("\ufeff", ""), encoding=encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_alipays_bill_in_another_encoding_was_saved_again(encoding):
    with pytest.raises(BadBill, match="saved again"):
        alipay.read(alipay_table(encoding=encoding))


@pytest.mark.parametrize("provider", [wechatpay, alipay])
def test_a_spreadsheet_is_named_as_such(provider, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["商户订单号", "业务类型"])
    book.save(tmp_path / "bill.xlsx")

    with pytest.raises(BadBill, match="saved again"):
        provider.read((tmp_path / "bill.xlsx").read_bytes())


@pytest.mark.parametrize(
    "change",
    [("`SUCCESS,`OTHERS", "`SUCCESS,OTHERS"), ("`OTHERS,`CNY", "`OTHERS"), ("跑腿订单 AB12", "跑腿,`加急")],
    ids=["a lost backtick", "a lost cell", "a cell too many"],
)
def test_a_row_with_another_number_of_cells_is_refused(change):
    with pytest.raises(BadBill, match="cells for 27 columns"):
        wechatpay.read(wechat(change))


@pytest.mark.parametrize("amount", ["8.5", "8.500", "-8.50", "８．５０", "0", "", "8 50", "1e3"])
def test_an_amount_is_read_rightly_or_not_at_all(amount):
    try:
        lines = alipay.read(alipay_table(("8.50\t,8.50", f"{amount}\t,{amount}")))
    except BadBill:
        return
    assert lines == [PAID]


@pytest.mark.parametrize("kind", ["交易退款", "退款"])
def test_both_words_for_a_refund_are_known(kind):
    file = alipay_table((",交易\t,", f",{kind}\t,"), ("\t,8.50\t,8.50", "\t,-8.50\t,-8.50"))

    with pytest.raises(BadBill):  # a refund needs a number of its own
        alipay.read(file)


def test_a_new_kind_of_business_stops_the_whole_day():
    with pytest.raises(BadBill, match="unknown kind “转账”"):
        alipay.read(alipay_table((",交易\t,", ",转账\t,")))
