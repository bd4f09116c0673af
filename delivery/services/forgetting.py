"""Where steps were done is forgotten a while after the order."""

from core import clock
from core.personal_data import period
from delivery.models import Custody, Rescue
from orders.models import History

KEEPS = period("positions")
BATCH = 5000


def forget_places() -> int:
    """Beat: forget where each step was done, and goods were fetched, of the orders that were over seven days ago. What was
    done, when and by whom stays. Returns how many."""
    before, count = clock.now() - KEEPS, 0
    for model in (History, Custody):
        located = model.objects.filter(lat__isnull=False, order__closed_at__lt=before).order_by()
        while pks := list(located.values_list("pk", flat=True)[:BATCH]):
            count += model.objects.filter(pk__in=pks).update(lat=None, lon=None)
    fetched = Rescue.objects.filter(lat__isnull=False, leg__order__closed_at__lt=before)
    return count + fetched.update(lat=None, lon=None)
