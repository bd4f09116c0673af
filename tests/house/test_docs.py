"""What the documentation points at is there."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted(path for folder in (ROOT, ROOT / "docs", ROOT / "docs/adr", ROOT / "findings") for path in folder.glob("*.md"))  # fmt: skip
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", GLOSSARY, re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_models_of_the_glossary_exist():
    named = re.findall(r"`([a-z]+)\.([A-Z]\w+)`", GLOSSARY)
    assert named
    assert [f"{app}.{model}" for app, model in named if model.lower() not in apps.all_models[app]] == []


def test_each_term_stands_once_in_the_glossary():
    terms = [term for _zh, term, _meaning in ROWS if not set(term) <= {"-"} and term != "term"]
    assert len(terms) > 50
    assert sorted(term for term in set(terms) if terms.count(term) > 1) == []


def test_each_finding_is_listed_and_can_be_run():
    scripts = sorted((ROOT / "findings").glob("*.sh"))
    listed = LINK.findall((ROOT / "findings/README.md").read_text(encoding="utf-8"))
    assert [path.name for path in scripts if path.name not in listed or not path.stat().st_mode & 0o100] == []
