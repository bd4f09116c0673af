"""What is needed before anything can be ordered."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campus.models import Campus
from core.installation import Lack, requirement
from orders.models import PriceRule


@requirement
def prices() -> Lack | None:
    """Prices on each campus: what has none cannot be ordered there."""
    priced = PriceRule.objects.live().values("campus")
    without = Campus.objects.filter(is_active=True).exclude(pk__in=priced)
    if not without.exists():
        return None
    return Lack(
        "orders.W001",
        _("A campus has no prices: nothing can be ordered there."),
        _("Add a price for each kind of errand."),
        reverse("admin:orders_pricerule_changelist"),
    )
