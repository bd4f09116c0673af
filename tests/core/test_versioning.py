"""Rules in versions: what goes live, what stays, and two people at once."""

import pytest

from core.errors import WrongState
from core.versioning import draft_version, publish_version
from orders.models import PriceRule


@pytest.fixture
def rule(campus) -> PriceRule:
    return PriceRule.objects.live().get(campus=campus, kind="parcel")


def test_an_edited_rule_becomes_the_next_version(rule, supervisor_sun, simulated_clock):
    first = PriceRule.objects.get(pk=rule.pk)
    rule.base_fen = 777
    live = publish_version(rule, actor=supervisor_sun, reason="dearer in winter")
    first.refresh_from_db()
    assert (first.status, first.base_fen) == ("superseded", 300)
    assert (live.version, live.status, live.base_fen) == (first.version + 1, "live", 777)
    assert (live.published_by, live.live_at, live.reason) == (
        supervisor_sun,
        simulated_clock(),
        "dearer in winter",
    )


def test_the_first_version_of_a_rule_is_number_one(campus, rule):
    PriceRule.objects.filter(campus=campus, kind="parcel").delete()
    assert publish_version(PriceRule(campus=campus, kind="parcel")).version == 1


def test_a_draft_goes_live_as_it_stands(rule, supervisor_sun):
    draft, is_new = draft_version(rule)
    assert (is_new, draft.status, draft.version, draft.base_fen) == (True, "draft", 2, 300)
    draft.base_fen = 450
    assert publish_version(draft, actor=supervisor_sun).pk == draft.pk
    assert PriceRule.objects.live().get(campus=rule.campus, kind="parcel").base_fen == 450


def test_there_is_one_draft_of_a_rule(rule):
    draft, _ = draft_version(rule)
    assert draft_version(rule) == (draft, False)


def test_a_draft_decides_nothing(rule):
    draft_version(rule)
    assert PriceRule.objects.live().get(campus=rule.campus, kind="parcel") == rule


def test_who_edited_what_is_replaced_meanwhile_is_told_so(rule):
    hers = PriceRule.objects.get(pk=rule.pk)
    publish_version(rule)
    with pytest.raises(WrongState):
        publish_version(hers)
    assert PriceRule.objects.filter(campus=rule.campus, kind="parcel").count() == 2


def test_versions_of_another_campus_are_left_alone(rule, other_campus):
    theirs = publish_version(PriceRule(campus=other_campus, kind="parcel", base_fen=100))
    publish_version(rule)
    theirs.refresh_from_db()
    assert theirs.in_force
