"""Rules of the pages: old phones can read the style sheets, every icon exists, and little travels."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from core.static_files import minified

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
STYLES = sorted((STATIC / "css").glob("*.css"))
SOURCES = [
    path
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/**/*.py")]
    if not {".venv", "tests", "node_modules"} & set(path.relative_to(ROOT).parts)
]
# Chrome 87 and iOS 14 do not know these.
TOO_NEW = re.compile(
    r"@layer|@container|:has\(|:is\(|:where\(|color-mix|oklch|[;{\s]inset:|aspect-ratio:|\d(?:d|s|l)v[hw]\b|^\s*&",
    re.M,
)
KIB = 1024


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheets_are_for_old_phones_too(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert TOO_NEW.findall(text) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_text_is_as_large_as_people_have_set_it(path):
    sizes = re.findall(r"(?:font(?:-size)?|line-height):[^;}]*?\d*\.?\d+px", path.read_text(encoding="utf-8"))
    assert sizes == []


def test_every_icon_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img" / "icons.svg").read_text()))
    named = re.compile(r"""(?:\{% icon |\bicon=)["']([\w-]+)["']""")
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        for name in named.findall(path.read_text(encoding="utf-8"))
        if name not in sprite
    ]
    # Unfold's own icons have names with underscores or single words of Material Symbols; they stand in admin.py.
    assert [line for line in missing if not re.match(r"\S*(/admin|_admin\.py|settings/)", line)] == []


def travels(*names: str) -> int:
    """How many bytes a browser receives for these files."""
    return sum(len(gzip.compress(minified(name, (STATIC / name).read_bytes()), 9)) for name in names)


def test_what_every_page_loads_is_small():
    own = travels("css/ui.css", "js/app.js", "js/live.js")
    assert own <= 15 * KIB
    # Leaves some 10 KiB for the page itself and a script of its own.
    assert own + travels("vendor/htmx/htmx.min.js", "img/icons.svg") <= 50 * KIB


def test_the_page_that_scans_is_light_before_scanning_is_begun():
    """script/bench pages measures it: at most 50 KiB with the page itself, its fragments and all headers."""
    files = [
        "css/ui.css", "css/courier.css", "css/relay.css", "css/narrow.css", "js/app.js", "js/live.js", "js/courier.js", "js/sound.js",
        "js/scan.js", "vendor/htmx/htmx.min.js", "img/icons.svg", "img/logo.svg",
    ]  # fmt: skip
    assert travels(*files) <= 44.5 * KIB


def test_vendored_libraries_carry_their_licence():
    folders = [path for path in (STATIC / "vendor").iterdir() if path.is_dir()]
    assert folders
    assert [folder.name for folder in folders if not list(folder.glob("LICENSE*"))] == []
    assert list((STATIC / "img").glob("LICENSE*"))


@pytest.mark.parametrize("folder", ["zxing", "weixin"])
def test_vendored_files_are_those_that_were_fetched(folder):
    lines = (STATIC / "vendor" / folder / "SHA256SUMS").read_text().split("\n")
    sums = dict(reversed(line.split("  ")) for line in lines if line)
    assert {name for name in sums if not name.startswith("LICENSE")}
    for name, digest in sums.items():
        assert hashlib.sha256((STATIC / "vendor" / folder / name).read_bytes()).hexdigest() == digest
