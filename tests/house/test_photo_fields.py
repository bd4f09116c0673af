"""Every file that people may send is a photo that is drawn anew, or one of the few that are none."""

import importlib
from pathlib import Path

import pytest
from django import forms
from django.apps import apps

from core.images import PhotoField
from exceptions.tickets.forms import PhotosField
from tests.core.test_images import opened, upload

ROOT = Path(__file__).resolve().parent.parent.parent
# Files that are no photos: a bill of a gateway, a map, prices; and what the style guide shows.
NO_PHOTOS = {
    "payments.admin.reconciliation",
    "campus.admin.imports",
    "orders.price_sheets.admin",
    "core.views",
}


def forms_of_the_house() -> list[type[forms.BaseForm]]:
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if ROOT not in folder.parents or ".venv" in folder.parts:
            continue
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts and "forms" in path.read_text(encoding="utf-8"):
                importlib.import_module(".".join(parts).removesuffix(".__init__"))
    found, classes = [], [forms.BaseForm]
    while classes:
        for one in classes.pop().__subclasses__():
            classes.append(one)
            if not one.__module__.startswith(("django", "unfold", "allauth", "tests")):
                found.append(one)
    return found


def file_fields() -> list[tuple[str, str, forms.FileField]]:
    return sorted(
        (f"{one.__module__}.{one.__qualname__}", name, field)
        for one in set(forms_of_the_house())
        for name, field in one.base_fields.items()
        if isinstance(field, forms.FileField) and one.__module__ not in NO_PHOTOS
    )


def test_each_is_drawn_anew():
    fields = file_fields()
    assert len(fields) >= 9  # a courier's two, a report's, an answer's, a chat's, and those of handing over
    bare = [
        f"{form}.{name}" for form, name, field in fields if not isinstance(field, PhotoField | PhotosField)
    ]
    assert bare == []


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_each_takes_the_new_kinds(kind):
    for form, name, field in file_fields():
        cleaned = field.clean(upload(kind))
        for photo in cleaned if isinstance(cleaned, list) else [cleaned]:
            assert opened(photo).format == "JPEG", f"{form}.{name}"
