"""How a backup ends when something is in its way, and how many of them are kept."""

import os
import stat

import pytest
from django.db import connection

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def tools(tmp_path):
    """tools(name, text): a program of this name that is found before the real one."""
    folder = tmp_path / "tools"
    folder.mkdir()

    def put(name: str, text: str) -> str:
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(stat.S_IRWXU)
        return f"{folder}:{os.environ['PATH']}"

    return put


@pytest.fixture
def database(db):
    return connection.settings_dict["NAME"]


def test_a_dump_that_fails_leaves_the_older_backups_and_nothing_half_done(database, script, tools, tmp_path):
    kept = tmp_path / "kept"
    (kept / "errand-20200101-000000").mkdir(parents=True)
    failing = tools("pg_dump", "echo half; exit 1")
    done = script("backup", "--to", kept, "--keep", "1", database=database, media=tmp_path, PATH=failing)
    assert done.returncode == 1
    assert "No backup was made." in done.stderr
    assert sorted(path.name for path in kept.iterdir()) == [".lock", "errand-20200101-000000"]


def test_a_disk_that_is_too_small_is_refused_before_anything_is_written(database, script, tools, tmp_path):
    small = tools("df", "echo head; echo 'disk 100 90 10 90% /'")
    done = script("backup", "--to", tmp_path / "kept", database=database, media=tmp_path, PATH=small)
    assert done.returncode == 3
    assert "MiB free; the backup may need" in done.stderr
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [".lock"]


@pytest.mark.parametrize("arguments", [["--keep", "0"], ["--keep", "all"], ["--everything"]])
def test_what_is_not_understood_is_not_done(script, tmp_path, arguments):
    done = script("backup", *arguments, database="none", media=tmp_path)
    assert done.returncode == 2
    assert "script/backup [--to FOLDER]" in done.stderr
