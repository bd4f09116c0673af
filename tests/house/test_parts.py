"""Every test has a part, and what depends on the kind of database is tested on both kinds."""

import re

import pytest

from tests.house.test_rules import CODE, ROOT, complain, name
from tests.parts import ONCE, PARTS, parts_of

KNOWS_THE_KIND = re.compile(
    r"\.vendor\b|\bis_postgres\(|connection\.cursor\(|connection\.ops\b|RunSQL|\.raw\("
)


@pytest.mark.parametrize(
    "path, markers, fixtures, parts",
    [
        ("tests/new/test_it.py", [], [], {"unit"}),
        ("tests/new/test_it.py", [], ["campus", "db"], {"sqlite", "postgres"}),
        ("tests/new/test_it.py", ["django_db"], [], {"sqlite", "postgres"}),
        ("tests/new/test_it.py", ["django_db", "postgres"], [], {"postgres"}),
        ("tests/new/test_it.py", ["redis"], [], {"postgres"}),
        ("tests/new/test_it.py", ["browser"], ["db"], {"journeys-sqlite", "journeys-postgres"}),
        ("tests/new/test_it.py", ["browser", "redis"], ["db"], {"journeys-postgres"}),
        ("tests/core/test_cache.py", [], [], {"sqlite", "postgres"}),
        ("tests/chat/test_it.py", [], ["db"], {"postgres"}),
        ("tests/chat/test_it.py", [], [], {"unit"}),
        ("tests/journeys/test_every_page.py", ["browser"], ["db"], {"journeys-sqlite"}),
    ],
)
def test_where_a_test_runs(path, markers, fixtures, parts):
    assert parts_of(path, markers, fixtures) == parts
    assert parts <= {*PARTS}


def test_what_runs_once_is_there():
    assert [path for path in ONCE if not (ROOT / path).exists()] == []


def test_what_knows_the_kinds_of_databases_apart_is_tested_on_both():
    found = []
    for path in CODE:
        if KNOWS_THE_KIND.search(path.read_text(encoding="utf-8")):
            folders = [ROOT / "tests" / folder for folder in path.relative_to(ROOT).parents]
            tests = f"{name(next(folder for folder in folders if folder.exists()))}/"
            if parts_of(tests, ["django_db"], []) != {"sqlite", "postgres"}:
                found.append(f"{name(path)}: {tests}")
    complain(found, "tests that ONCE in tests/parts.py names")


def test_the_script_knows_the_parts():
    script = (ROOT / "script/test").read_text(encoding="utf-8")
    assert f"parts=(checks {' '.join(PARTS)})" in script
