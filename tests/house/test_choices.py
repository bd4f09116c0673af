"""A constraint that names the values of a field names those of its choices: a value added to one only is a fault that
is met when the first row has it."""

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, Q


def lists_of_values():
    """(model, constraint, field, values) for each constraint that is one list of values of a field with choices."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if not isinstance(constraint, CheckConstraint) or not isinstance(constraint.condition, Q):
                continue
            if len(constraint.condition.children) != 1 or constraint.condition.negated:
                continue
            [child] = constraint.condition.children
            name, _, lookup = child[0].rpartition("__") if isinstance(child, tuple) else ("", "", "")
            if lookup == "in" and "__" not in name and model._meta.get_field(name).choices:
                yield pytest.param(model._meta.get_field(name), set(child[1]), id=constraint.name)


@pytest.mark.parametrize(("field", "values"), list(lists_of_values()))
def test_a_list_in_a_constraint_is_the_choices(field, values):
    assert values - {""} == {value for value, _ in field.flatchoices} - {""}
