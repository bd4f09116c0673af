"""The shipped types are rows like those that operators add: nothing about them stands in code."""

import re
from pathlib import Path

import pytest

import exceptions
from exceptions.detection.alarms import ALARMS
from exceptions.library.loading import load_library
from exceptions.library.shipped import RULES, shipped_types
from exceptions.models import CompensationRule, ExceptionType

HERE = Path(exceptions.__path__[0])
TYPES = shipped_types()


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row.code)
def test_a_shipped_type_is_valid_and_speaks_both_languages(row):
    row.full_clean(validate_unique=False)
    for field in ExceptionType._meta.fields:
        if field.name.endswith("_zh"):
            english = getattr(row, field.name.removesuffix("_zh") + "_en")
            assert bool(getattr(row, field.name)) == bool(english), field.name
    placeholders = set(
        re.findall(r"\{(\w*)\}", " ".join([*row.headline("customer"), *row.headline("courier")]))
    )
    assert placeholders <= set(ExceptionType.HEADLINE_FACTS)
    assert set(row.obsolete_on) <= set(ExceptionType.Event.values)


def test_codes_are_unique_and_rules_are_of_types():
    codes = [row.code for row in TYPES]
    assert len(codes) == len(set(codes))
    assert RULES.keys() <= set(codes)
    assert {code for alarm in ALARMS for code in alarm.types.values()} <= set(codes)


# Who finds a type names it, and so does what the auditor checks of lateness.
FINDERS = (
    "detection/alarms.py",
    "detection/detectors/",
    "detection/registry.py",
    "library/",
    "audit/checks.py",
)


def test_only_what_finds_a_type_names_it():
    """What a type needs besides being found is data of its row."""
    codes = "|".join(row.code for row in TYPES if row.code not in {"other", "over_budget", "safety"})
    named = [
        f"{path.relative_to(HERE)}: {match}"
        for path in sorted(HERE.rglob("*.py"))
        if "migrations" not in path.parts and not str(path.relative_to(HERE)).startswith(FINDERS)
        for match in re.findall(rf"[\"']({codes})[\"']", path.read_text(encoding="utf-8"))
    ]
    assert named == []


@pytest.mark.django_db
def test_loading_adds_what_is_missing_and_keeps_edits(campus):
    load_library()
    ExceptionType.objects.filter(pk="overdue").update(name_en="Late", question_en="Where are you?")
    ExceptionType.objects.filter(pk="attitude").delete()
    load_library()
    overdue = ExceptionType.objects.get(pk="overdue")
    assert (overdue.name_en, overdue.question_en) == ("Late", "Where are you?")
    assert ExceptionType.objects.filter(pk="attitude").exists()
    assert CompensationRule.objects.filter(campus=campus).count() == len(RULES)
