"""The pages on architecture and locking, and their pictures, speak of the code as it is."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
LAYERS = [layer.split(" | ") for layer in CONFIG["contracts"][0]["layers"]]
APPS = CONFIG["root_packages"]
# A name of the code: `core.outbox.emit`, `delivery.services`. A dot followed by a capital names a class.
NAME = re.compile(rf"(?<![\w/.])(?:{'|'.join(APPS)})(?:\.[A-Za-z_]\w*)+")
QUOTED = re.compile(r"`([^`]+)`")
FILES = re.compile(r"^[\w.-]+(?:/[\w.-]+)*/(?:[\w-]+\.(?:py|js|sh|html|toml))?$")


def texts(picture: str, kind: str) -> list[tuple[float, float, str]]:
    """(y, x, words) of the picture's texts of that class, from top to bottom."""
    found = re.findall(rf'<text x="([\d.]+)" y="([\d.]+)" class="{kind}"[^>]*>([^<]*)</text>', page(picture))
    return sorted((float(y), float(x), words) for x, y, words in found)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_picture_shows_the_layers_of_the_contract():
    rows: dict[float, list[str]] = {}
    for y, _x, app in texts("apps.svg", "name"):
        rows.setdefault(y, []).append(app)
    assert list(rows.values()) == [["campus_errand"], *LAYERS]


def test_the_words_under_the_picture_name_all_apps():
    [words] = re.findall(r"!\[([^\]]*)\]\(apps\.svg\)", page("architecture.md"))
    assert [app for app in APPS if not re.search(rf"\b{app}\b", words)] == []


def exists(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("name", ["architecture.md", "locking.md", "flows.svg", "../CONTRIBUTING.md"])
def test_what_is_named_is_there(name):
    if name.endswith(".svg"):
        quoted = [words for kind in ("code", "soft") for _y, _x, words in texts(name, kind)]
    else:
        quoted = QUOTED.findall(page(name))
    named = {found for words in quoted for found in NAME.findall(words)}
    files = {words for words in quoted if FILES.match(words) and "NAME" not in words}
    assert named
    assert sorted(one for one in named if not exists(one)) == []
    assert sorted(one for one in files if not (ROOT / one).exists()) == []
