"""The courier's answer to "All well?"."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from couriers.permissions import carrier_required
from delivery.models import Leg
from exceptions.detection import watching


@carrier_required
@require_POST
def all_well(request: HttpRequest, no: str) -> HttpResponse:
    """One tap: it counts for every job that they have in hand. Pressed twice it says the same."""
    leg = get_object_or_404(Leg, no=no, courier=request.courier)
    watching.answer(request.courier)
    messages.success(request, _("Thank you. Ride carefully!"))
    return redirect("delivery:job", leg.no)
