"""Scanning, and showing codes to be scanned."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.qr import square
from couriers.permissions import carrier_required, courier_required
from delivery.models import Leg
from delivery.views.codes import address
from delivery.views.scanning import page_scans
from dispatch import admission, selectors, services


@page_scans
@require_http_methods(["GET", "HEAD", "POST"])
@carrier_required
def scan(request: HttpRequest) -> HttpResponse:
    """Camera, photo or four digits. A code in the address (a phone's own camera) waits for the button."""
    text = request.POST.get("c", "").strip() or request.POST.get("digits", "").strip()
    context = {"tab": "hall", "courier": request.courier, "given": request.GET.get("c", "")[:500]}
    if request.method != "POST":
        return render(request, "dispatch/scan.html", context)
    try:
        outcome = services.process_scan(text=text, courier=request.courier, where=request.courier.position)
    except DomainError as error:
        return render(request, "dispatch/scan.html", context | {"problem": str(error)}, status=error.status)
    if outcome.answer is not None:
        context |= {
            "outcome": outcome,
            "code": outcome.answer,
            "qr": square(address(request, outcome.answer)),
        }
        return render(request, "dispatch/scan.html", context)
    if outcome.choices:
        (carrier,) = admission.carriers([request.courier], carried={})
        cards = [selectors.card(leg, request.courier, carrier) for leg in outcome.choices]
        return render(
            request, "dispatch/scan.html", context | {"outcome": outcome, "cards": cards, "text": text}
        )
    messages.success(request, outcome.text)
    if outcome.leg is None or outcome.leg.courier_id != request.courier.pk:
        return redirect("dispatch:hall")
    return redirect("delivery:job", outcome.leg.no)


@require_POST
@courier_required
def take(request: HttpRequest, no: str) -> HttpResponse:
    """Take one of the jobs that begin where the scanned poster hangs."""
    leg = get_object_or_404(Leg, no=no, campus=request.courier.campus_id)
    leg = services.claim_by_scan(text=request.POST.get("c", ""), leg=leg, courier=request.courier)
    messages.success(request, _("It is yours. Ride carefully!"))
    return redirect("delivery:job", leg.no)
