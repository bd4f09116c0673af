"""What servers name as their application can be loaded by itself, in a process in which nothing else has been."""

import os
import subprocess
import sys

import pytest

from tests.house.test_rules import ROOT


@pytest.mark.parametrize("module", ["asgi", "wsgi", "embedded"])
def test_it_loads_in_a_fresh_process(module, tmp_path):
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "campus_errand.settings.dev",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "-c", f"import campus_errand.{module}"]
    loaded = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert loaded.returncode == 0, loaded.stderr
