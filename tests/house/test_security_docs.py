"""docs/security.md says for each requirement of OWASP ASVS 5.0, level 2, how it is met: whole, and not out of date."""

import re
from pathlib import Path

import pytest

from accounts.passwords import CONTEXT_WORDS

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# Chapter.section: how many requirements it has, and which of them are of level 3.
SECTIONS = {
    "1.1": (2, ()), "1.2": (10, (10,)), "1.3": (12, (12,)), "1.4": (3, ()), "1.5": (3, (3,)),
    "2.1": (3, ()), "2.2": (3, ()), "2.3": (5, (5,)), "2.4": (2, (2,)),
    "3.2": (3, (3,)), "3.3": (5, (5,)), "3.4": (8, (7, 8)), "3.5": (8, (6, 7, 8)), "3.7": (5, (3, 4, 5)),
    "4.1": (5, (4, 5)), "4.2": (5, (2, 3, 4, 5)), "4.3": (2, ()), "4.4": (4, ()),
    "5.1": (1, ()), "5.2": (6, (4, 5, 6)), "5.3": (3, (3,)), "5.4": (3, ()),
    "6.1": (3, ()), "6.2": (12, ()), "6.3": (8, (5, 6, 7, 8)), "6.4": (6, (5, 6)), "6.5": (8, (6, 7, 8)),
    "6.6": (4, (4,)), "6.8": (4, ()),
    "7.1": (3, ()), "7.2": (4, ()), "7.3": (2, ()), "7.4": (5, ()), "7.5": (3, (3,)), "7.6": (2, ()),
    "8.1": (4, (3, 4)), "8.2": (4, (4,)), "8.3": (3, (2, 3)), "8.4": (2, (2,)),
    "9.1": (3, ()), "9.2": (4, ()),
    "10.1": (2, ()), "10.2": (3, (3,)), "10.3": (5, (5,)), "10.4": (16, (12, 13, 14, 15, 16)), "10.5": (5, ()),
    "10.6": (2, ()), "10.7": (3, ()),
    "11.1": (4, (3, 4)), "11.2": (5, (4, 5)), "11.3": (5, (4, 5)), "11.4": (4, ()), "11.5": (2, (2,)),
    "11.6": (2, (2,)),
    "12.1": (5, (4, 5)), "12.2": (2, ()), "12.3": (5, (5,)),
    "13.1": (4, (2, 3, 4)), "13.2": (6, (6,)), "13.3": (4, (3, 4)), "13.4": (7, (6, 7)),
    "14.1": (2, ()), "14.2": (8, (5, 6, 7, 8)), "14.3": (3, ()),
    "15.1": (5, (4, 5)), "15.2": (5, (4, 5)), "15.3": (7, ()),
    "16.1": (1, ()), "16.2": (5, ()), "16.3": (4, ()), "16.4": (3, ()), "16.5": (4, (4,)),
    "17.1": (2, (2,)), "17.2": (8, (5, 6, 7, 8)), "17.3": (2, ()),
}  # fmt: skip
REQUIRED = [
    f"{section}.{number}"
    for section, (size, third) in SECTIONS.items()
    for number in range(1, size + 1)
    if number not in third
]
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ \|", line)
]


def test_each_of_the_253_requirements_has_its_row_and_no_other_has():
    assert len(REQUIRED) == 253
    assert [row[0] for row in ROWS] == REQUIRED


def test_no_cell_is_empty_and_each_row_takes_a_side():
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []
    assert {row[2] for row in ROWS} == {"met", "n/a", "open"}


def test_what_is_open_or_does_not_apply_says_why():
    assert [row[0] for row in ROWS if row[2] != "met" and len(row[3]) < 5] == []


@pytest.mark.parametrize("page", ["security.md", "privacy.md", "operating.md", "money.md"])
def test_files_that_the_documentation_names_are_there(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.\w+|\.dockerignore|docker-compose\.yml)`", text))
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("page", ["security.md", "privacy.md", "operating.md", "money.md"])
def test_links_within_the_documentation_lead_somewhere(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    titles = {
        re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text, re.M)
    }
    broken = [link for link in re.findall(r"\]\(#([^)]+)\)", text) if link not in titles]
    files = [
        link for link in re.findall(r"\]\(([\w./-]+\.\w+)[)#]", text) if not (ROOT / "docs" / link).exists()
    ]
    assert broken + files == []


def test_the_words_that_are_no_password_are_listed():
    listed = set(re.findall(r"`([^`]+)`", TEXT.partition("## Passwords")[2].partition("\n## ")[0]))
    assert set(CONTEXT_WORDS) <= listed
