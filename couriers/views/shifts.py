"""The week's shifts: to look at, to take and to give back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from couriers import selectors, services
from couriers.models import Shift
from couriers.permissions import courier_required


@require_GET
@courier_required
def shifts(request: HttpRequest) -> HttpResponse:
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:  # such as the 31st of February
        day = None
    context = {
        "tab": "me", "courier": request.courier, "page": selectors.shifts_page(request.courier, day),
    }  # fmt: skip
    template = "couriers/_shifts.html" if request.htmx else "couriers/shifts.html"
    return render(request, template, context)


@require_POST
@courier_required
def take(request: HttpRequest, pk: int) -> HttpResponse:
    shift = get_object_or_404(Shift, pk=pk, campus=request.courier.campus_id)
    services.take_shift(shift=shift, courier=request.courier, actor=request.user)
    messages.success(request, _("It is yours. We remind you before it begins."))
    return _back(shift)


@require_POST
@courier_required
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    shift = get_object_or_404(Shift, pk=pk, campus=request.courier.campus_id)
    services.give_shift_back(shift=shift, courier=request.courier, actor=request.user)
    messages.success(request, _("Given back. Somebody else can take it now."))
    return _back(shift)


def _back(shift: Shift) -> HttpResponse:
    return redirect(f"{reverse('couriers:shifts')}?day={clock.local_day(shift.starts_at)}")
