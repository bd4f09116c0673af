"""Photos of tickets go when nobody can ask about them any more."""

from django.db import transaction

from core import clock, files
from core.personal_data import period
from exceptions.models import Evidence
from orders.services.completion import orders_on_hold


def delete_old_evidence(limit: int = 5000) -> int:
    """Delete the photos of tickets that were closed long ago and whose order nothing holds open. Returns how many."""
    due = Evidence.objects.filter(ticket__closed_at__lt=clock.now() - period("photos")).order_by("pk")
    found = list(due.values_list("pk", "ticket__order", "image")[:limit])
    unsettled = orders_on_hold({order for _pk, order, _image in found})
    gone = [(pk, image) for pk, order, image in found if order not in unsettled]
    with transaction.atomic():
        Evidence.objects.filter(pk__in=[pk for pk, _image in gone]).delete()
        files.delete_after_commit(image for _pk, image in gone)
    return len(gone)
