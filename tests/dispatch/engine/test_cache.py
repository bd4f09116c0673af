"""What is compiled belongs to one state of the engine's files."""

import shutil
import subprocess
import sys
from pathlib import Path

import dispatch.engine

ENGINE = Path(dispatch.engine.__file__).parent


def folder(root: Path) -> str:
    """Where an engine below `root` keeps what it has compiled."""
    asked = "import numba, dispatch.engine.routes; print(numba.config.CACHE_DIR)"
    return subprocess.run(
        [sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True
    ).stdout


def test_a_change_in_one_file_gives_all_of_them_a_new_cache(tmp_path):
    shutil.copytree(ENGINE, tmp_path / "dispatch/engine", ignore=shutil.ignore_patterns("__pycache__"))
    before = folder(tmp_path)
    assert folder(tmp_path) == before
    with (tmp_path / "dispatch/engine/routes.py").open("a") as routes:
        routes.write("# changed\n")
    assert folder(tmp_path) != before
