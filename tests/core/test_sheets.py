"""Tables for spreadsheets: what a person typed never runs as a formula."""

import csv
import io

import pytest
from openpyxl import load_workbook

from core.sheets import download


@pytest.mark.parametrize("first", list("=+-@＝＋－＠\t\n"))
def test_what_would_begin_a_formula_is_text(first):
    typed = f"{first}HYPERLINK(1)"
    file = download("t", "csv", ["name"], [[typed]]).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(file, newline="")))[1] == [f"'{typed}"]


def test_a_carriage_return_hides_no_formula():
    file = download("t", "csv", ["name"], [["\r=1"]]).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(file)))[1] == ["'=1"]


@pytest.mark.parametrize("typed", ["林晓", "3-302", "1=1", "a@b"])
def test_other_words_stay_as_they_are(typed):
    file = download("t", "csv", ["name"], [[typed]]).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(file)))[1] == [typed]


@pytest.mark.parametrize("columns", [1, 26, 27, 60])
def test_a_table_may_have_many_columns(columns):
    file = download("t", "xlsx", [f"c{n}" for n in range(columns)], [range(columns)]).content

    assert load_workbook(io.BytesIO(file)).active.max_column == columns
