"""tests/cases/README.md names a test for each case and more of its kind: they exist, and no file is left out."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CASES = TESTS / "cases"
TABLE = (CASES / "README.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if line.startswith("| ") and not line.startswith("| case")
]


def named(cell: str) -> list[str]:
    return re.findall(r"`(tests/\S+?::\w+)`", cell)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_case_has_tests_of_its_own_and_of_its_kind(row):
    assert len(row) == 4, row
    assert named(row[2])
    assert named(row[3])
    for test in named(row[2]) + named(row[3]):
        path, _colons, name = test.partition("::")
        source = (TESTS.parent / path).read_text(encoding="utf-8")
        assert re.search(rf"^    def {name}\(|^def {name}\(", source, re.M), test


def test_each_file_is_a_case_of_the_table_or_one_of_those_that_were_right():
    words = set(re.split(r"[ ,·|]+", " ".join(row[0] for row in ROWS)))
    known = (TESTS / "campus" / "test_osm_cases.py").read_text(encoding="utf-8")
    known += (TESTS / "campus" / "test_osm_formats.py").read_text(encoding="utf-8")
    known += (TESTS / "payments" / "test_bill_files.py").read_text(encoding="utf-8")
    for path in CASES.glob("*/*"):
        assert {path.stem, path.name} & words or f'"{path.stem}"' in known or f'"{path.name}"' in known, path
