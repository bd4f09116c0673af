"""Changing how errands are priced."""

from django.db import transaction

from core import clock
from orders.models import PriceRule


@transaction.atomic
def save_price_rule(*, rule: PriceRule, actor=None) -> PriceRule:
    """Make the edited rule a new live version; the old one stays for the orders that were priced by it."""
    versions = PriceRule.objects.select_for_update().filter(campus=rule.campus, kind=rule.kind)
    newest = max((r.version for r in versions), default=0)
    versions.filter(is_live=True).update(is_live=False)
    rule.pk = None
    rule._state.adding = True
    rule.version, rule.is_live, rule.created_by, rule.created_at = newest + 1, True, actor, clock.now()
    rule.save()
    return rule
