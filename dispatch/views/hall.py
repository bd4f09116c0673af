"""The hall, the duty switch, and one tap to take a job."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import NotAllowed
from core.http import go
from couriers import services as couriers
from couriers.models import Courier
from couriers.permissions import courier_required
from delivery import selectors as delivery_selectors
from delivery.models import Leg
from dispatch import selectors, services
from orders.pauses import active_pauses


@require_GET
@courier_required
def hall(request: HttpRequest) -> HttpResponse:
    return render(request, "dispatch/hall.html", _context(request))


@require_GET
@courier_required
def hall_list(request: HttpRequest) -> HttpResponse:
    """The live part of the hall; its head comes along out of band. Opened directly, the hall."""
    if not request.htmx:
        return redirect("dispatch:hall")
    return render(request, "dispatch/_hall_list.html", _context(request) | {"oob": True})


@require_POST
@courier_required
def duty(request: HttpRequest) -> HttpResponse:
    on = request.POST.get("on") == "1"
    request.courier = couriers.set_duty(courier=request.courier, on=on, actor=request.user)
    if not request.htmx:
        return redirect("dispatch:hall")
    return render(request, "dispatch/_hall_list.html", _context(request) | {"oob": True})


@require_POST
@courier_required
def grab(request: HttpRequest, no: str) -> HttpResponse:
    leg = get_object_or_404(Leg, no=no, campus=request.courier.campus_id)
    if not selectors.in_hall(Leg.objects.filter(pk=leg.pk), leg.campus_id).exists():
        raise NotAllowed(_("Such jobs are offered to couriers one by one just now."))
    leg = services.grab(leg=leg, courier=request.courier, actor=request.user)
    messages.success(request, _("It is yours. Ride carefully!"))
    return go(request, "delivery:job", leg.no)


def _context(request: HttpRequest) -> dict:
    courier: Courier = request.courier
    sort, kind = request.GET.get("sort", "best"), request.GET.get("kind", "")
    context = {
        "tab": "hall",
        "courier": courier,
        "today": delivery_selectors.today(courier),
        "colleagues": Courier.objects.filter(campus=courier.campus_id, on_duty=True).count(),
        "sorts": selectors.SORTS,
        "sort": sort if sort in selectors.SORTS else "best",
        "kind": kind,
        "pauses": active_pauses([courier.campus_id]),
    }
    if not courier.on_duty:
        return context | {"open_jobs": selectors.waiting_for(courier)}
    found = selectors.hall(courier, sort=context["sort"], kind=kind)
    return context | {
        "hall": found,
        "next": delivery_selectors.next_stop(courier, found.held),
        "paused": selectors.offers_paused(courier),
    }
