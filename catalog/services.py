"""Every write of the catalogue."""

from django.db import transaction

from catalog.models import CommissionRule
from core import clock
from core.db import locked


@transaction.atomic
def save_commission_rule(*, rule: CommissionRule, actor=None) -> CommissionRule:
    """Make the edited rule a new live version; the old one stays for the sales that were booked by it."""
    versions = locked(
        CommissionRule.objects.filter(campus=rule.campus, kind=rule.kind, merchant=rule.merchant)
    )
    newest = max((r.version for r in versions), default=0)
    versions.filter(is_live=True).update(is_live=False)
    rule.pk = None
    rule._state.adding = True
    rule.version, rule.is_live, rule.created_by, rule.created_at = newest + 1, True, actor, clock.now()
    rule.save()
    return rule
