"""What people upload as a table: other formats are named, bombs are not unpacked, and text comes back as it went."""

import io
import zipfile

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core.sheets import Column, Unreadable, download, files, read_sheet

COLUMNS = [Column("name", "name", forms.CharField(required=False, strip=False), required=True)]


def read(data: bytes):
    return read_sheet(io.BytesIO(data), COLUMNS)


def packed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def book(*rows) -> bytes:
    made, file = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


def exchanged(data: bytes, name: str, change) -> bytes:
    """The archive with one member changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, change(old.read(member)) if member.endswith(name) else old.read(member))
    return file.getvalue()


# -- There and back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+8613800000001",
        "-5",
        "@home",
        "\tindented",
        "＝1",
        "'=1",
        "''=1",
        "'quoted'",
        "=HYPERLINK(1)",
        "林晓",
        "a\nb",
        'say "x"',
        "a,b;c",
    ],
)
def test_what_was_exported_comes_back_unchanged(format, text):
    file = download("t", format, ["name"], [[text], ["end"]]).content
    assert [row.values["name"] for row in read(file).rows] == [text, "end"]


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), min_size=1, max_size=5
    )
)
def test_any_text_comes_back_unchanged(format, texts):
    rows = [[text, "."] for text in texts]
    columns = [*COLUMNS, Column("end", "end", forms.CharField())]
    file = download("t", format, ["name", "end"], rows).content
    found = [row.values["name"] for row in read_sheet(io.BytesIO(file), columns).rows]
    assert found == [text.replace("\ufffe", "").replace("\uffff", "") for text in texts]


def test_an_exported_csv_that_a_program_saved_as_xlsx_comes_back_unchanged():
    """Such a program keeps the mark that kept it from running the cell."""
    assert read(book(["name"], ["'=1+1"])).rows[0].values == {"name": "=1+1"}


def test_a_formula_that_somebody_typed_does_not_come_back_as_text():
    sheet = read(book(["name"], ["=1+1"]))
    assert len(sheet.problems) == 1
    assert sheet.rows[0].values == {}


# -- Other formats -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data, kind",
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "an old .xls, or protected by a password"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n...", "a picture"),
        (b"\xff\xd8\xff\xe0...", "a picture"),
        (b"<html><table><tr><td>name</td></tr></table>", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "a web page"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (bytes(range(256)) * 4, "no table"),
        (packed(**{"content.xml": b"<x/>"}), "an .ods"),
        (packed(**{"word/document.xml": b"<x/>"}), "a Word document"),
        (packed(**{"xl/workbook.bin": b"x"}), "an .xlsb"),
        (packed(**{"Index/Document.iwa": b"x"}), "a sheet of Numbers"),
        (packed(**{"photo.jpg": b"x"}), "a ZIP archive"),
    ],
)
def test_another_format_is_named_with_what_to_do(data, kind):
    with pytest.raises(Unreadable, match=r"save it as \.xlsx or \.csv") as error:
        read(data)
    assert kind in str(error.value)


@pytest.mark.parametrize("data", [b"", b"  \r\n", b"\xef\xbb\xbf", book()])
def test_an_empty_file_is_called_so(data):
    with pytest.raises(Unreadable, match="empty"):
        read(data)


WHOLE = book(["name"], ["x"])


@pytest.mark.parametrize(
    "data",
    [
        WHOLE[: len(WHOLE) // 2],
        WHOLE.replace(b"\x00\x00xl/worksheets/sheet1.xml", b"\x00\x00xl/worksheets/sheet9.xml"),
        exchanged(WHOLE, "sheet1.xml", lambda xml: xml[: len(xml) // 2]),
        exchanged(WHOLE, "workbook.xml", lambda xml: b"<x/>"),
        exchanged(WHOLE, "workbook.xml.rels", lambda xml: b""),
        exchanged(WHOLE, "[Content_Types].xml", lambda xml: b"no xml"),
    ],
)
def test_a_damaged_file_is_called_so(data):
    with pytest.raises(Unreadable):
        read(data)


def test_a_quotation_mark_that_is_not_closed_swallows_no_rows():
    with pytest.raises(Unreadable, match="not closed"):
        read(b'name\n"x\ny\nz\n')


# -- Limits ------------------------------------------------------------------------------------------------


def test_a_file_that_is_too_big_is_not_read(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 1024)
    with pytest.raises(Unreadable, match="more than"):
        read(b"name\n" + b"x\n" * 1000)


def test_a_bomb_is_not_unpacked(monkeypatch):
    data = exchanged(WHOLE, "sheet1.xml", lambda xml: xml + b" " * (files.MOST_UNPACKED + 1))
    assert len(data) < 100_000
    monkeypatch.setattr("openpyxl.load_workbook", None)
    with pytest.raises(Unreadable, match="unpacked"):
        read(data)


def test_an_archive_that_declares_too_little_gives_no_more():
    """The size in its directory is what is looked at before, and what zipfile stops at."""
    data = bytearray(exchanged(WHOLE, "sheet1.xml", lambda xml: xml + b" " * 2_000_000))
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(b"sheet1.xml"))
    data[start + 24 : start + 28] = (500).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        read(bytes(data))


def test_entities_are_not_multiplied():
    laughs = (
        b'<!DOCTYPE x [<!ENTITY a "'
        + b"ha" * 1000
        + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 9))
        + b"]>"
    )
    data = exchanged(WHOLE, "sheet1.xml", lambda xml: laughs + xml.replace(b"<sheetData>", b"<sheetData>&i;"))
    with pytest.raises(Unreadable):
        read(data)


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_more_rows_than_are_taken_are_refused(format):
    file = download("t", format, ["name"], [["x"]] * 11).content
    with pytest.raises(Unreadable, match="more than 10 rows"):
        read_sheet(io.BytesIO(file), COLUMNS, most_rows=10)


def test_cells_in_the_farthest_corner_cost_nothing():
    made, file = Workbook(), io.BytesIO()
    made.active["A1"], made.active["A2"], made.active["XFD1048576"] = "name", "x", " "
    made.save(file)
    assert [row.values for row in read(file.getvalue()).rows] == [{"name": "x"}]


def test_a_table_of_wide_empty_rows_is_too_big(monkeypatch):
    monkeypatch.setattr(files, "MOST_CELLS", 100_000)
    made, file = Workbook(), io.BytesIO()
    for number in range(1, 10):
        made.active.cell(number, 16384).value = "x"
    made.save(file)
    with pytest.raises(Unreadable, match="too big"):
        read(file.getvalue())
