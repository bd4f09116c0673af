"""The half minute in which a courier says yes or no."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.http import go
from couriers.permissions import courier_required
from dispatch import selectors, services
from dispatch.models import Offer


@require_GET
@courier_required
def offer(request: HttpRequest) -> HttpResponse:
    """What stands before the courier now; nothing most of the time."""
    card = selectors.open_offer(request.courier)
    response = render(request, "dispatch/_offer.html", {"card": card})
    if card is not None:
        response["HX-Trigger-After-Settle"] = json.dumps({"sound": "alert"})
    return response


@require_POST
@courier_required
def accept(request: HttpRequest, no: str) -> HttpResponse:
    found = get_object_or_404(Offer, no=no, courier=request.courier)
    services.accept_offer(offer=found, actor=request.user)
    messages.success(request, _("It is yours. Ride carefully!"))
    return go(request, "delivery:active")


@require_POST
@courier_required
def refuse(request: HttpRequest, no: str) -> HttpResponse:
    found = get_object_or_404(Offer, no=no, courier=request.courier)
    services.refuse_offer(offer=found, actor=request.user)
    return _after(request, _("No problem. It costs you nothing."))


@require_POST
@courier_required
def resume(request: HttpRequest) -> HttpResponse:
    services.resume_offers(courier=request.courier)
    return _after(request, _("You get offers again."))


def _after(request: HttpRequest, text: str) -> HttpResponse:
    if not request.htmx:
        messages.info(request, text)
        return redirect("dispatch:hall")
    trigger = {"toast": {"text": text, "level": "info"}, "refresh": {}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(trigger)})
