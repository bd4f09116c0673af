"""A lower app names nothing of an upper one: what the contract of the imports cannot see.

A URL, a template, a tag library, a table or a model is named by a string. What a page of a lower app needs from above, it
gets by a panel (`core.panels`), a link (`core.links`) or a registry.
"""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from core import links, panels
from tests.house.test_rules import CODE, ROOT, TEMPLATES, complain, name

CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
][0]
# The layer of each app, from the top; the number of a lower one is greater.
LAYERS = {app: layer for layer, names in enumerate(CONTRACT["layers"]) for app in names.split(" | ")}
NAMESPACES = {
    found.group(1): path.relative_to(ROOT).parts[0]
    for path in CODE
    if (found := re.search(r'^app_name = "(\w+)"', path.read_text(encoding="utf-8"), re.M))
}
LIBRARIES = {
    path.stem: path.relative_to(ROOT).parts[0] for path in CODE if path.parent.name == "templatetags"
}
TABLES = {model._meta.db_table: app for app in LAYERS for model in apps.get_app_config(app).get_models()}
MODELS = {model._meta.label_lower: app for app in LAYERS for model in apps.get_app_config(app).get_models()}

# Folders of templates that are not called as their app is.
FOLDERS = {
    "account": "accounts",
    "mfa": "accounts",
    "components": "core",
    "desk": "chat",
    "console": "exceptions",
    "dashboard": "analytics",
}
# The frame around every page belongs to no app: it has a tab or a menu for each.
FRAME = {
    "base.html",
    "student/base.html",
    "courier/base.html",
    "admin/base_site.html",
    "admin/index.html",
    "styleguide.html",
}


def is_below(app: str, other: str) -> bool:
    """Whether `app` may not name what is `other`'s."""
    return app != other and LAYERS[app] >= LAYERS[other]


def owner_of_template(path: str) -> str | None:
    """The app of a template; None for the frame, the error pages and what changes a library's pages."""
    folders = path.split("/")[:-1]
    if path in FRAME or not folders:
        return None
    folder = folders[1] if folders[0] == "admin" and len(folders) > 1 else folders[0]
    folder = FOLDERS.get(folder, folder)
    return folder if folder in LAYERS else None


def owners(text: str) -> dict[str, str]:
    """{what a string names: the app whose it is}."""
    found = {}
    if match := re.fullmatch(r"(\w+):[\w-]+", text):
        found[text] = NAMESPACES.get(match.group(1))
    if match := re.fullmatch(r"admin:([a-z]+)_\w+", text):
        found[text] = match.group(1) if match.group(1) in LAYERS else None
    if re.fullmatch(r"[\w/]+\.(html|txt)", text):
        found[text] = owner_of_template(text)
    found |= {word: TABLES[word] for word in re.findall(r"\b[a-z]+_\w+\b", text) if word in TABLES}
    if text.lower() in MODELS:
        found[text] = MODELS[text.lower()]
    return {named: app for named, app in found.items() if app}


def strings(path: Path):
    """(line, text) of each string of a module that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


@pytest.mark.parametrize("app", LAYERS)
def test_no_module_names_what_is_of_an_upper_app(app):
    found = [
        f"{name(path)}:{line} {named} is of {other}"
        for path in CODE
        if path.relative_to(ROOT).parts[0] == app
        for line, text in strings(path)
        for named, other in owners(text).items()
        if is_below(app, other)
    ]
    complain(found, f"{app} does not know what stands above it")


QUOTED = re.compile(r"""\{%[^%]*?%\}""", re.S)
STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")


def test_no_template_names_what_is_of_an_upper_app():
    found = []
    for path in TEMPLATES:
        app = owner_of_template("/".join(path.relative_to(ROOT / "templates").parts))
        if app is None:
            continue
        for tag in QUOTED.findall(path.read_text(encoding="utf-8")):
            named = {
                text: other for parts in STRING.findall(tag) for text, other in owners("".join(parts)).items()
            }
            if tag.startswith("{% load"):
                named |= {word: LIBRARIES[word] for word in tag.split() if word in LIBRARIES}
            found += [
                f"{name(path)}: {what} is of {other}" for what, other in named.items() if is_below(app, other)
            ]
    complain(found, "it does not know what stands above it")


def test_each_link_leads_somewhere():
    link = re.compile(r"""(?:links\.url\(\s*|\{% link )["']([\w.]+)["']""")
    asked = {place for path in CODE + TEMPLATES for place in link.findall(path.read_text(encoding="utf-8"))}
    assert asked == links.url_names().keys()


def test_a_place_belongs_to_one_app():
    places = [place for config in apps.get_app_configs() for place in getattr(config, "links", {})]
    assert len(places) == len(set(places))


def test_something_is_put_at_each_place_for_panels():
    places = {
        place
        for path in TEMPLATES
        for place in re.findall(r"\{% panels \"([\w.]+)\"", path.read_text(encoding="utf-8"))
    }
    filled = {place for place, entries in panels._panels.items() if entries}
    assert places == filled
