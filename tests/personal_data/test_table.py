"""The table of personal data: nothing is left out of it, and every row of it can be carried out."""

import pytest
from django.apps import apps
from django.conf import settings

from accounts import personal
from core import personal_data
from core.personal_data import Erasure

FOREIGN = ["admin", "auth", "account", "mfa", "sessions", "contenttypes"]
OURS = [config.label for config in apps.get_app_configs() if (settings.BASE_DIR / config.label).is_dir()]


def test_every_telling_field_is_declared():
    labels = {config.label for config in apps.get_app_configs()}
    assert personal_data.undeclared(sorted({*OURS, *FOREIGN} & labels)) == []


def test_a_new_field_without_a_row_is_found(monkeypatch):
    monkeypatch.setattr(
        personal_data, "_rows", [row for row in personal_data._rows if row.model != "accounts.Address"]
    )
    assert "accounts.Address.contact_phone" in personal_data.undeclared(["accounts"])


@pytest.mark.parametrize("row", personal_data.table(), ids=lambda row: row.key)
def test_a_row_names_what_there_is(row, db):
    for name in row.fields:
        row.Model._meta.get_field(name)
    for lookup in (*row.about, *row.mentions):
        assert not row.rows().filter(row.only, **{f"{lookup}__in": [0]}).exists()
    assert row.purpose
    assert row.readers
    if row.keeps and not row.keeps.sweep:
        assert personal_data.sweep_row(row) == 0


@pytest.mark.parametrize("row", personal_data.table(), ids=lambda row: row.key)
def test_what_outlives_an_erasure_says_by_which_law(row):
    assert row.erasure != Erasure.RESTRICT or row.law


def test_what_is_exported_is_a_part_of_the_export(student_lin):
    parts = {*personal.gather(student_lin), "photos"}
    assert {row.exported for row in personal_data.table() if row.exported} <= parts
