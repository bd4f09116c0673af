"""The list of a campus: what ships with the product until its operators change it."""

import tomllib
from pathlib import Path

from campus.models import Campus
from core import clock
from core.versioning import VersionStatus
from orders.models import ProhibitedRule

SHIPPED = Path(__file__).with_name("shipped.toml")


def shipped_rules(campus: Campus) -> list[ProhibitedRule]:
    """The shipped list as rows that are not saved yet, in force from now."""
    rows = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["rule"]
    return [
        ProhibitedRule(
            campus=campus, code=row["code"], name_zh=row["name"]["zh"], name_en=row["name"]["en"],
            clear_words=row["clear"], unsure_words=row["unsure"], allowed_words=row["allowed"],
            status=VersionStatus.LIVE, live_at=clock.now(),
        )
        for row in rows
    ]  # fmt: skip


def rules_of(campus: Campus) -> list[ProhibitedRule]:
    """The rules in force on a campus. A campus that has none yet gets the shipped list; a rule that is switched off, or
    that operators have changed, stays as they want it."""
    live = list(ProhibitedRule.objects.live().filter(campus=campus).order_by("code"))
    if not live:
        ProhibitedRule.objects.bulk_create(shipped_rules(campus), ignore_conflicts=True)
        live = list(ProhibitedRule.objects.live().filter(campus=campus).order_by("code"))
    return [rule for rule in live if rule.is_active]
