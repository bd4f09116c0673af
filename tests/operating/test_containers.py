"""With containers the same scripts call docker compose: here a stand-in for it that runs what it is given on this machine."""

import shutil
import stat

import pytest
from django.db import connection

from tests.operating.conftest import ROOT

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

DOCKER = f"""#!/bin/sh
echo "$*" >>"$CALLS"
shift # compose
case "$*" in
*" python manage.py "*) while [ "$1" != python ]; do shift; done; shift; cd {ROOT} && exec .venv/bin/python "$@" ;;
"run --rm -T migrate") cd {ROOT} && exec .venv/bin/python manage.py migrate_once --verbosity 0 ;;
"exec -T postgres "*) shift 3; exec "$@" ;;
esac
"""


@pytest.fixture
def compose(tmp_path, script, in_use):
    """compose("backup", …, database=, media=): as `script`, in a folder that has only the scripts and an .env."""
    folder, calls = tmp_path / "installation", tmp_path / "calls"
    shutil.copytree(ROOT / "script", folder / "script")
    (folder / ".env").write_text("DOMAIN=localhost\n", encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "docker").write_text(DOCKER, encoding="utf-8")
    (tmp_path / "bin" / "docker").chmod(stat.S_IRWXU)
    given = connection.settings_dict

    def run(name: str, *arguments, database: str, media):
        done = script(
            folder / "script" / name, "--containers", *arguments, database=database, media=media,
            PATH=f"{tmp_path / 'bin'}:/usr/local/bin:/usr/bin:/bin", CALLS=str(calls), PGHOST=given["HOST"],
            PGPORT=str(given["PORT"] or 5432), PGPASSWORD=given["PASSWORD"], POSTGRES_USER=given["USER"],
            POSTGRES_DB=database,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return calls.read_text(encoding="utf-8")

    return run


def test_there_and_back(compose, in_use, rows, empty_database, tmp_path):
    before = rows(in_use.database)
    compose("backup", "--to", tmp_path / "kept", database=in_use.database, media=in_use.media)
    (backup,) = (tmp_path / "kept").glob("errand-*")
    database = empty_database()
    calls = compose("restore", backup, database=database, media=tmp_path / "other").splitlines()
    after = rows(database)
    assert {name for name in before if after.get(name) != before[name]} == set()
    assert calls.index("compose stop caddy web websockets worker beat") < calls.index(
        "compose run --rm -T migrate"
    )
    assert calls[-1] == "compose up -d"
