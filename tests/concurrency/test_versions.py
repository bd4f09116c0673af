"""Supervisors who change the same rule at the same moment. PostgreSQL only, as in test_grab."""

from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from core import versioning
from core.errors import WrongState
from core.versioning import publish_version
from orders.models import PriceRule
from tests.concurrency.crowd import refusals, together, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 8


def test_one_of_those_who_edited_the_same_version_wins(campus):
    rule = PriceRule.objects.live().get(campus=campus, kind="parcel")

    opened = [PriceRule.objects.get(pk=rule.pk) for _ in range(CROWD)]  # everybody's form shows version 1
    results = together(*[partial(publish_version, form) for form in opened])
    assert len(won(results)) == 1
    assert refusals(results) == {WrongState}
    assert PriceRule.objects.live().filter(campus=campus, kind="parcel").count() == 1


def add_first_versions(campus) -> list[PriceRule]:
    PriceRule.objects.filter(campus=campus, kind="parcel").delete()
    return together(*[lambda: publish_version(PriceRule(campus=campus, kind="parcel"))] * CROWD)


def test_rules_that_are_added_at_once_become_versions_of_one(campus):
    added = add_first_versions(campus)
    assert sorted(rule.version for rule in added) == list(range(1, CROWD + 1))
    assert PriceRule.objects.live().get(campus=campus, kind="parcel").version == CROWD


def test_without_the_campus_row_they_collide(campus, monkeypatch):
    """The negative control: where no version exists, there is nothing else to lock."""
    meet = Barrier(CROWD)
    for_update = versioning.for_update

    def lock_only_versions(queryset):
        if queryset.model is PriceRule:
            rows = list(for_update(queryset))
            meet.wait(30)
            return rows
        return queryset

    monkeypatch.setattr(versioning, "for_update", lock_only_versions)
    with pytest.raises(IntegrityError):
        add_first_versions(campus)
