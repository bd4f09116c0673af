"""Deliveries without a photo: what a courier's page and the board show."""

from campus.models import Campus
from delivery.models import Leg, LegStatus, PhotoWaiver

MOST = 20


def photo_waiver(leg: Leg) -> str:
    """ "asked", "given", or "" when this courier has not asked. No query before the door."""
    if leg.status != LegStatus.AT_DROPOFF:
        return ""
    found = PhotoWaiver.objects.filter(leg=leg, courier=leg.courier_id)
    return found.values_list("status", flat=True).first() or ""


def waivers_asked(campus: Campus) -> list[PhotoWaiver]:
    """Those that wait for a supervisor's word, the oldest first."""
    asked = PhotoWaiver.objects.filter(
        leg__campus=campus, leg__status=LegStatus.AT_DROPOFF, status=PhotoWaiver.Status.ASKED
    )
    return list(
        asked.select_related("leg__order", "leg__dropoff", "courier__user").order_by("asked_at")[:MOST]
    )
