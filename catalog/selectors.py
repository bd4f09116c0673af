"""Reading the catalogue."""

from django.db.models import Q

from catalog.models import CommissionRule, Merchant


def partner_at(place) -> Merchant | None:
    """The merchant at this place where couriers buy on the platform's account; None where there is none."""
    if place is None:
        return None
    return Merchant.objects.filter(
        place=place, errands_on_account=True, status=Merchant.Status.ACTIVE
    ).first()


def commission_rule(merchant: Merchant) -> CommissionRule | None:
    """The rule in force for this merchant: its own, or its kind's, or the campus's; None means no commission."""
    rules = CommissionRule.objects.live().filter(
        Q(merchant=merchant) | Q(merchant__isnull=True, kind__in=["", merchant.kind]),
        campus=merchant.campus_id,
    )
    return max(rules, key=lambda rule: (rule.merchant_id is not None, rule.kind != ""), default=None)
