"""What is installed is what was chosen: every package pinned, with hashes, and named in a valid bill of materials."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"]


def pinned(file: str) -> dict[str, str]:
    """{name: what stands from its pin to the next}."""
    text = (ROOT / file).read_text(encoding="utf-8")
    parts = re.split(r"^([a-z0-9-]+)==", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("file", FILES)
def test_every_package_has_hashes(file):
    packages = pinned(file)
    assert packages
    assert [name for name, rest in packages.items() if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize("file", FILES)
def test_one_lock_serves_every_python_that_is_supported(file):
    head = (ROOT / file).read_text(encoding="utf-8").splitlines()[1]
    assert "--universal --python-version 3.11 --generate-hashes" in head


@pytest.mark.parametrize("file", FILES)
def test_what_is_asked_for_is_pinned(file):
    asked = [
        re.split(r"[\[<>=]", line)[0].lower()
        for line in (ROOT / file.replace(".txt", ".in")).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    assert set(asked) <= set(pinned(file))


def test_the_bill_of_materials_names_every_package(tmp_path):
    """script/sbom validates what it writes against the schema of CycloneDX; here is counted that nothing is left out."""
    made = subprocess.run(
        ["script/sbom", tmp_path / "sbom.json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    bill = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    versions = {component["name"]: component["version"] for component in bill["components"]}
    assert versions == {
        name: rest.split()[0].rstrip(";\\") for name, rest in pinned("requirements.txt").items()
    }
