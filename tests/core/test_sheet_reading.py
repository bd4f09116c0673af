"""Tables that people have edited: any program, any separator, headings in either language, and all faults at once."""

import io
from datetime import date

import pytest
from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from core.money import YuanField
from core.sheets import Column, LabelField, PercentField, Unreadable, WholeNumberField, read_sheet

COLUMNS = [
    Column(
        "kind", _("kind"), LabelField(choices=[("parcel", _("parcel")), ("queue", "排队")]), required=True
    ),
    Column("base", _("base fee"), YuanField(required=False)),
    Column("share", _("courier's share (%)"), PercentField(required=False)),
    Column("minutes", _("minutes"), WholeNumberField(required=False)),
    Column("note", _("note"), forms.CharField(required=False, strip=False)),
]
HEAD = ["kind", "base fee", "courier's share (%)", "minutes", "note"]


def csv(text: str, encoding: str = "utf-8"):
    return read_sheet(io.BytesIO(text.encode(encoding)), COLUMNS)


def xlsx(*rows, edit=None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if edit:
        edit(book)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return read_sheet(file, COLUMNS)


def told(sheet) -> list[str]:
    return [str(problem) for problem in sheet.problems]


def values(sheet) -> list[dict]:
    return [row.values for row in sheet.rows]


ROW = {"kind": "parcel", "base": 650, "share": 80, "minutes": 25}


# -- Encodings and separators ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_of_any_program(encoding, separator):
    rows = [["类型", "起步费", "骑手分成（%）", "分钟"], ["排队", "6.50", "80", "25"]]
    sheet = csv("\r\n".join(separator.join(row) for row in rows), encoding)
    assert values(sheet) == [ROW | {"kind": "queue"}]
    assert (sheet.problems, sheet.notes) == ([], [])


def test_the_line_by_which_excel_declares_its_separator():
    sheet = csv("sep=;\nkind;base fee\nparcel;6.5\nqueue;x")
    assert sheet.rows[0].values == {"kind": "parcel", "base": 650}
    assert [problem.row for problem in sheet.problems] == [4]


def test_a_separator_in_quotation_marks_parts_nothing():
    sheet = csv('kind;base fee;note\nparcel;"1,200.50";"a; b, c"')
    assert values(sheet) == [{"kind": "parcel", "base": 120050, "note": "a; b, c"}]


def test_line_breaks_within_a_cell_and_between_rows():
    sheet = csv('kind,note\r\n\r\nparcel,"two\nlines"\r\nqueue,x')
    assert [(row.number, row.values["note"]) for row in sheet.rows] == [(3, "two\nlines"), (4, "x")]


# -- Headings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "base fee",
        "起步费",
        "Base Fee",
        " BASE  FEE ",
        "ｂａｓｅ ｆｅｅ",
        "base fee (yuan)",
        "起步费（元）",
        "base",
    ],
)
def test_a_column_is_known_in_either_language_however_it_is_written(heading):
    assert csv(f"kind,{heading}\nparcel,6.5").rows[0].values["base"] == 650


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_language_of_the_reader_makes_no_difference(language):
    with translation.override(language):
        assert values(csv("类型,base fee\nparcel,6.5")) == [{"kind": "parcel", "base": 650}]


def test_columns_stand_in_any_order():
    assert values(csv("minutes,kind\n25,parcel")) == [{"minutes": 25, "kind": "parcel"}]


def test_a_title_may_stand_above_the_headings_and_is_said_not_to_be_read():
    sheet = csv("Prices of the winter\n\nkind,base fee\nparcel,6.5")
    assert values(sheet) == [{"kind": "parcel", "base": 650}]
    assert sheet.notes == ["What stands above row 3, where the columns are named, was not read."]


def test_a_column_that_nobody_knows_is_named():
    sheet = csv("kind,base fee,remarks\nparcel,6.5,dear")
    assert sheet.notes == ["Not read, as there is no such column: “remarks”."]


def test_two_columns_of_one_name_are_refused():
    sheet = csv("kind,base fee,起步费\nparcel,6.5,7")
    assert told(sheet) == ["Row 1, “起步费”: There are two columns of this name."]


def test_a_required_column_that_is_missing_is_named():
    with pytest.raises(Unreadable, match="The column “kind” is missing"):
        csv("base fee\n6.5")


def test_a_table_about_something_else_is_told_which_columns_there_are():
    with pytest.raises(Unreadable, match=r"“kind”, “base fee”.*Download the sheet"):
        csv("name,phone\nLin,13800000001")


# -- Figures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed, fen",
    [
        ("6.5", 650),
        ("６．５", 650),
        ("¥6.50", 650),
        ("￥６", 600),
        (" 6 ", 600),
        ("1,200", 120000),
        ("\u202d6.5\u202c", 650),
    ],
)
def test_amounts_as_people_write_them(typed, fen):
    assert csv(f'kind,base fee\nparcel,"{typed}"').rows[0].values["base"] == fen


@pytest.mark.parametrize(
    "typed, number", [("25", 25), ("２５", 25), ("25.0", 25), ("1,200", 1200), (" 25\u3000", 25)]
)
def test_whole_numbers_as_people_write_them(typed, number):
    assert csv(f'kind,minutes\nparcel,"{typed}"').rows[0].values["minutes"] == number


@pytest.mark.parametrize("typed", ["80", "80%", "８０％", "80 %"])
def test_percent_with_and_without_its_sign(typed):
    assert csv(f"kind,courier's share (%)\nparcel,{typed}").rows[0].values["share"] == 80


@pytest.mark.parametrize("typed", ["Parcel", "parcel", "PARCEL", "快递"])
def test_a_choice_by_its_name_or_value(typed):
    with translation.override("zh-hans"):
        name = str(_("parcel"))
    assert csv(f"kind\n{name if typed == '快递' else typed}").rows[0].values["kind"] == "parcel"


@pytest.mark.parametrize("typed", ["12,5", "6.5.1", "1e3", "1_000", "six", "NaN", "-"])
def test_what_is_no_amount_is_refused(typed):
    sheet = csv(f'kind,base fee\nparcel,"{typed}"')
    assert told(sheet) == ["Row 2, “base fee”: Enter an amount in yuan, such as 12 or 12.50."]
    assert "base" not in sheet.rows[0].values


@pytest.mark.parametrize("typed", ["2.5", "25 min", "1,2", "--3", "٢٥x"])
def test_what_is_no_whole_number_is_refused(typed):
    assert told(csv(f'kind,minutes\nparcel,"{typed}"')) == [
        "Row 2, “minutes”: Enter a whole number, such as 12."
    ]


def test_every_fault_of_every_row_is_in_one_report():
    sheet = csv("kind,base fee,minutes\nparcel,x,y\nnothing,6,7\nqueue,6,7\n,z,7")
    assert [(problem.row, problem.column) for problem in sheet.problems] == [
        (2, "base fee"), (2, "minutes"), (3, "kind"), (5, "kind"), (5, "base fee"),
    ]  # fmt: skip
    assert "“nothing” is none of: parcel, 排队." in str(sheet.problems[2])


def test_faults_are_said_in_the_reader_s_language():
    with translation.override("zh-hans"):
        (said,) = told(csv("类型,起步费\nqueue,x"))
    assert said.startswith("第 2 行，“起步费”：")


def test_a_comma_in_a_number_that_moves_the_cells_is_refused():
    sheet = csv("kind,base fee\nparcel,1,200.50")
    assert told(sheet) == [
        "Row 2: There are more cells than columns: is there a comma in a number that is not in quotation marks?"
    ]


# -- xlsx --------------------------------------------------------------------------------------------------


def test_cells_of_every_type():
    sheet = xlsx(HEAD, ["parcel", 6.5, "80%", 25, "text"], ["queue", "７", 80, "25", date(2026, 11, 24)])
    assert values(sheet) == [
        ROW | {"note": "text"},
        {"kind": "queue", "base": 700, "share": 80, "minutes": 25, "note": "2026-11-24 00:00:00"},
    ]


def test_a_sum_of_binary_fractions_is_the_amount_that_is_shown():
    assert xlsx(HEAD, ["parcel", 0.1 + 0.2]).rows[0].values["base"] == 30


@pytest.mark.parametrize("value, shown", [(0.8, 80), (1, 100), (0.29, 29)])
def test_a_cell_that_shows_percent_is_read_as_it_shows(value, shown):
    def as_percent(book):
        book.active["C2"].number_format = "0%"

    assert xlsx(HEAD, ["parcel", None, value], edit=as_percent).rows[0].values["share"] == shown


def test_a_formula_is_not_worked_out_and_said_to_be_one():
    sheet = xlsx(HEAD, ["parcel", "=1+1", None, None, '=HYPERLINK("http://evil.example")'])
    assert [(problem.row, problem.column) for problem in sheet.problems] == [(2, "base fee"), (2, "note")]
    assert "formulas are not worked out here" in told(sheet)[0]
    assert "evil" not in repr(sheet)


def test_what_a_formula_has_left_is_called_an_error():
    def broken(book):
        book.active["B2"].value, book.active["B2"].data_type = "#DIV/0!", "e"

    assert told(xlsx(HEAD, ["parcel", 1], edit=broken)) == [
        "Row 2, “base fee”: The spreadsheet program shows an error here: #DIV/0!."
    ]


def test_rows_keep_the_numbers_that_the_program_shows():
    def gap(book):
        book.active["A7"], book.active["B7"] = "queue", "x"

    sheet = xlsx(HEAD, ["parcel", 6.5], edit=gap)
    assert [row.number for row in sheet.rows] == [2, 7]
    assert [problem.row for problem in sheet.problems] == [7]


def test_a_size_that_the_file_declares_wrongly_is_not_believed(tmp_path):
    import re
    import zipfile

    book = Workbook()
    book.active.append(HEAD)
    book.active.append(["parcel", 6.5])
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if "sheet1" in member.filename:
                data = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', data)
            new.writestr(member.filename, data)
    with (tmp_path / "b.xlsx").open("rb") as file:
        assert values(read_sheet(file, COLUMNS))[0]["base"] == 650


@pytest.mark.parametrize("position", [26, 27, 60, 300])
def test_a_column_far_to_the_right_is_read(position):
    head = ["kind", *[f"x{n}" for n in range(position)], "base fee"]
    assert xlsx(head, ["parcel", *[None] * position, 6.5]).rows[0].values == {"kind": "parcel", "base": 650}


def test_further_sheets_and_hidden_ones():
    def more(book):
        book.create_sheet("Autumn").append(["kind"])
        book.create_sheet("Empty")
        hidden = book.create_sheet("Lists", 0)
        hidden.append(["kind", "base fee"])
        hidden.append(["parcel", "x"])
        hidden.sheet_state = "hidden"

    sheet = xlsx(HEAD, ["parcel", 6.5], edit=more)
    assert sheet.rows[0].values["base"] == 650
    assert sheet.notes == ["Only the first sheet was read, not “Autumn”."]


def test_cells_under_no_heading_are_said_not_to_be_read():
    sheet = xlsx(["kind", None, "base fee"], ["parcel", "?", 6.5], ["queue", None, 7, "!"])
    assert [row["base"] for row in values(sheet)] == [650, 700]
    assert sheet.notes == ["A column without a name was not read."]
