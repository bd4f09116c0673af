"""Positions that a courier's phone sends."""

from datetime import timedelta

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from couriers import fixes, services
from couriers.permissions import carrier_required

POSITION_EVERY = timedelta(seconds=3)


@require_POST
@carrier_required
def position(request: HttpRequest) -> JsonResponse:
    """A phone's position {"lat", "lon", "acc"} in degrees and metres, or several of them {"fixes": [{"lat", "lon", "acc",
    "ago"}…]} with their age in seconds. Taken at most every three seconds, and only on duty or with goods in hand.

    Answers {"kept": true | false} and, where there is one, the "pass" by which the next ones are taken in without asking
    who it is (couriers.middleware); 422 for what is no position.
    """
    courier = request.courier
    # A form with files has been read by now, and is no position.
    found = None if request.content_type.startswith("multipart/") else fixes.parse(request.body)
    if found is None:
        return JsonResponse({"error": _("This is not a position."), "code": "invalid"}, status=422)
    now = clock.now()
    more = {"pass": given} if (given := services.grant_pass(courier)) else {}
    fresh = courier.located_at is not None and now - courier.located_at < POSITION_EVERY
    if fresh or not (courier.on_duty or courier.is_carrying):
        return JsonResponse({"kept": False} | more)
    services.report_positions(fixes.fixes_of(courier.pk, found, now))
    return JsonResponse({"kept": True} | more)
