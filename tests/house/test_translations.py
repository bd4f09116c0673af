"""Every sentence is there in Chinese. (English is what the code says.)"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
# Words that are the same in both languages.
SAME = {"English", "简体中文", "OK"}
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]+\}")


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def test_nothing_is_untranslated_or_doubtful(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_translations_keep_the_placeholders(catalogue):
    wrong = []
    for entry in catalogue:
        texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        known = set(PLACEHOLDER.findall(entry.msgid + (entry.msgid_plural or "")))
        needed = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in texts:
            used = set(PLACEHOLDER.findall(text))
            if not used <= known or not needed <= used | {"%(count)s", "%(counter)s"}:
                wrong.append((entry.msgid, text))
    assert wrong == []


def test_translations_are_chinese(catalogue):
    english = [
        entry.msgid
        for entry in catalogue
        if entry.msgid not in SAME
        and re.search(r"[a-z]{4,}", PLACEHOLDER.sub("", entry.msgid))
        and not re.search(r"[\u4e00-\u9fff]", entry.msgstr or "".join(entry.msgstr_plural.values()))
    ]
    assert english == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="skipped for want of: gettext")
def test_the_catalogue_knows_every_sentence_of_the_code(catalogue, tmp_path):
    tree = tmp_path / "tree"
    base = Path(settings.BASE_DIR)
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "*.html", "*.txt", "locale"],
        cwd=base,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, tracked.split("\0")):
        if (base / name).exists() and not name.startswith("tests/"):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(base / name, tree / name)
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap"],
        cwd=tree, check=True, capture_output=True,
    )  # fmt: skip
    fresh = polib.pofile(str(tree / "locale/zh_Hans/LC_MESSAGES/django.po"))
    known = {entry.msgid for entry in catalogue}
    assert {entry.msgid for entry in fresh if not entry.obsolete} - known == set()
