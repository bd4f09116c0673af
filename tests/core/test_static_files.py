"""Our own style sheets and scripts travel minified, and say the same as before."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from core.static_files import MinifiedStorage, minified

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
STYLES = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


@pytest.fixture
def collected(settings, tmp_path):
    """The folder that `collectstatic` fills."""
    return MinifiedStorage(location=tmp_path)


def test_our_own_are_collected_without_comments(collected):
    name = collected.save("css/ui.css", ContentFile(b"/* why */\n.card {\n  margin: 0 ;\n}\n"))
    assert collected.open(name).read() == b".card{margin:0}"
    name = collected.save("js/app.js", ContentFile(b"// why\nlet  a = 1;\n"))
    assert collected.open(name).read() == b"let a=1;"


@pytest.mark.parametrize("name", ["vendor/htmx/htmx.min.js", "admin/js/core.js", "img/icons.svg"])
def test_what_is_not_ours_is_collected_as_it_is(collected, name):
    content = b"/*! licence */\nlet  a = 1;\n"
    assert collected.open(collected.save(name, ContentFile(content))).read() == content


def test_minifying_twice_changes_nothing_more():
    for path in [*STYLES, *SCRIPTS]:
        name = str(path.relative_to(STATIC))
        once = minified(name, path.read_bytes())
        assert minified(name, once) == once
        assert len(once) < path.stat().st_size
