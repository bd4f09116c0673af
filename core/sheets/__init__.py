"""Tables as files: written for a spreadsheet (xlsx) or other machines (csv), and read back as people have edited them.

    download("prices", "xlsx", [column.label for column in COLUMNS], rows)   # a response that saves the file
    sheet = read_sheet(upload, COLUMNS)                                      # its rows by column, and all that is wrong

What a person typed is text in both directions: it is never run as a formula, and comes back as it went.
"""

from core.sheets.fields import LabelField, PercentField, WholeNumberField
from core.sheets.files import Unreadable
from core.sheets.reading import Column, Problem, Sheet, SheetRow, read_sheet
from core.sheets.writing import FORMATS, download, in_yuan

__all__ = [
    "FORMATS",
    "Column",
    "LabelField",
    "PercentField",
    "Problem",
    "Sheet",
    "SheetRow",
    "Unreadable",
    "WholeNumberField",
    "download",
    "in_yuan",
    "read_sheet",
]
