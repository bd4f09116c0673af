"""What the database would refuse is refused by the form before, in a sentence about the field: nobody reads the name of a constraint."""

from datetime import date

import pytest
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, Model

from campus.models import CalendarEntry, PeakPeriod
from catalog.models import CommissionRule
from core.admin import ReadOnly
from couriers.models import Question
from delivery.models import RelayStation
from exceptions.models import ServicePolicy
from orders.models import PriceRule

pytestmark = pytest.mark.django_db

BROKEN = {
    "calendar_entry_order": (
        CalendarEntry,
        {"first_day": date(2026, 11, 24), "last_day": date(2026, 11, 23)},
    ),
    "peak_factor_from_1": (PeakPeriod, {"factor": 0}),
    "commission_at_most_half": (CommissionRule, {"percent": 51}),
    "commission_for_one_thing": (CommissionRule, {"kind": "stall", "merchant_id": 1, "percent": 10}),
    "price_floor_le_ceiling": (PriceRule, {"floor_fen": 900, "ceiling_fen": 800}),
    "question_right_exists": (Question, {"a": "yes", "b": "no", "right": "c"}),
    "relay_share": (RelayStation, {"first_percent": 101}),
    "relay_has_slots": (RelayStation, {"slots": 0}),
    "policy_of_type_or_severity": (ServicePolicy, {"type_id": 1, "severity": 1}),
    "policy_answers_first": (ServicePolicy, {"respond_minutes": 40, "resolve_minutes": 30}),
}
# Judged by the form of the threshold, which knows how high each may be.
BY_FORM = {"threshold_is_positive"}


def edited() -> list[type[Model]]:
    """The models that somebody fills in in the admin."""
    return [
        model
        for own, page in admin.site._registry.items()
        if not isinstance(page, ReadOnly) and {*page.add_roles, *page.change_roles}
        for model in (own, *(inline.model for inline in page.inlines))
    ]


def test_each_constraint_that_a_form_could_break_is_tried():
    """Not those of a list of choices or of a state, which no form offers otherwise."""
    checks = (
        one for model in edited() for one in model._meta.constraints if isinstance(one, CheckConstraint)
    )
    found = {
        one.name
        for one in checks
        if "__in'" not in str(one.condition) and "live_at" not in str(one.condition)
    }
    assert found - BY_FORM == BROKEN.keys()


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_refused_in_a_sentence_about_its_field(name):
    model, values = BROKEN[name]
    row = model(**values)
    given = {field.name for field in model._meta.fields if field.attname in values}
    others = {field.name for field in model._meta.fields} - given
    with pytest.raises(ValidationError) as refused:
        row.full_clean(
            exclude=others | {"type", "merchant"}, validate_unique=False, validate_constraints=False
        )
    assert NON_FIELD_ERRORS not in refused.value.message_dict
    # As a form does: what a field was refused for is not asked of the database once more.
    (constraint,) = (one for one in model._meta.constraints if one.name == name)
    constraint.validate(model, row, exclude={*refused.value.message_dict, *others - given})
