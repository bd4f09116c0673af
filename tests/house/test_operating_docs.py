"""What docs/operating.md, docs/installing.md and README tell operators to type exists: scripts, options, commands, settings, fields."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from core import health

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "docs" / "operating.md", ROOT / "docs" / "installing.md", ROOT / "README.md"]
# Others' programs, and names that stand for what the reader puts there.
OTHERS = {
    "NAME",
    "COMMAND",
    "FILE",
    "FOLDER",
    "BACKUP",
    "APP",
    "DATE",
    "TIME",
    "FLUSHDB",
    "PYTHON",
    "HTTP",
    "UTC",
}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code_of(path: Path) -> str:
    """Only what is written as code."""
    text = text_of(path)
    return "\n".join(re.findall(r"`([^`\n]+)`", text) + re.findall(r"^ {4,}(.+)$", text, re.M))


def everything_that_reads_settings() -> str:
    files = [
        ROOT / "docker-compose.yml",
        ROOT / "Dockerfile",
        ROOT / "deploy" / "env.example",
        ROOT / "manage.py",
    ]
    files += (ROOT / "campus_errand" / "settings").glob("*.py")
    files += [path for path in (ROOT / "script").iterdir() if path.is_file()]
    return "\n".join(text_of(path) for path in files)


@pytest.fixture(params=PAGES, ids=lambda path: path.name)
def page(request) -> Path:
    return request.param


def test_scripts_and_pages_exist(page):
    named = re.findall(r"(?<![\w./])((?:script|docs|deploy)/[\w./-]*\w)", text_of(page))
    made_by_operators = {"deploy/keys"}
    assert [name for name in named if name not in made_by_operators and not (ROOT / name).exists()] == []


def test_options_of_scripts_exist(page):
    lacking = [
        f"{script} {option}"
        for line in code_of(page).splitlines()
        for script, words in re.findall(r"(script/(?:backup|restore|upgrade))((?: [^&|#]*)?)", line)
        for option in re.findall(r"--[\w-]+", words)
        if f"{option})" not in text_of(ROOT / script)
    ]
    assert lacking == []


def test_commands_exist(page):
    named = set(re.findall(r"manage\.py ([a-z_]+)", text_of(page)))
    assert named - set(get_commands()) == set()


def test_settings_exist(page):
    known = everything_that_reads_settings()
    named = set(re.findall(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b", code_of(page)))
    assert {name for name in named if not re.search(rf"\b{name}\b", known)} - OTHERS == set()


@pytest.mark.django_db
def test_each_field_of_healthz_is_explained():
    table = set(re.findall(r"^\| `(\w+)` \|", text_of(PAGES[0]), re.M))
    assert {*health.state(), "took_ms"} - table == set()
