"""Looking at what waits in the area of a shift to which nobody came."""

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.events import subscribe
from couriers.events import ShiftMissed
from couriers.models import ShiftAssignment
from exceptions.detection import thresholds
from exceptions.detection.detectors.shift_missed.detector import TYPE
from exceptions.detection.detectors.shift_missed.settings import WAIT_MINUTES
from exceptions.models import Ticket
from exceptions.tickets import services
from orders.models import Order, Status


@subscribe(ShiftMissed)
def nobody_came(event: ShiftMissed) -> None:
    """Open a ticket for each order of the area that waits for a courier, if none of the shift has come."""
    missed = ShiftAssignment.objects.select_related("shift__zone").get(pk=event.assignment)
    shift = missed.shift
    if shift.assignments.exclude(outcome=ShiftAssignment.Outcome.MISSED).exists():
        return  # one has come, or may still come
    longest = clock.now() - thresholds.minutes("shift_missed", WAIT_MINUTES, shift.campus_id)
    waiting = Order.objects.filter(
        Q(pickup__zone=shift.zone_id) | Q(dropoff__zone=shift.zone_id), campus=shift.campus_id, status=Status.PLACED,
        placed_at__lte=longest, release_at=None, review_due_at=None,
    )  # fmt: skip
    with translation.override(settings.LANGUAGE_CODE):  # the description is kept
        description = _("Nobody came to the shift %(shift)s.") % {"shift": shift}
    for order in waiting.order_by("pk"):
        if not Ticket.objects.filter(order=order, type=TYPE, opened_at__gte=shift.starts_at).exists():
            services.report(order=order, type=TYPE, source=Ticket.Source.EVENT, description=description)
