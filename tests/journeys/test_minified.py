"""Minified style sheets and scripts are read by the browser as the ones they are made from."""

from pathlib import Path

import pytest

from core.static_files import minified

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
# Rules as the browser understood them, each written by the browser itself. What `var()` holds it leaves as it was typed.
RULES = """text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return [...sheet.cssRules].map(rule => rule.cssText.replace(/\\s*([,:])\\s*/g, "$1"));
}"""
# Only parsed, never run. Comments and spaces are not part of what is compared: the names and values are.
PARSES = "text => { new Function(text); return true }"


@pytest.fixture
def page(chrome):
    context = chrome.new_context()
    yield context.new_page()
    context.close()


def both(folder: str, suffix: str):
    for path in sorted((STATIC / folder).glob(f"*{suffix}")):
        source = path.read_bytes()
        yield path.name, source.decode(), minified(f"{folder}/{path.name}", source).decode()


def test_style_sheets_have_the_same_rules(page):
    for name, source, small in both("css", ".css"):
        rules = page.evaluate(RULES, source)
        assert rules
        assert page.evaluate(RULES, small) == rules, name


def test_scripts_are_still_scripts(page):
    for name, _source, small in both("js", ".js"):
        assert page.evaluate(PARSES, small), name
