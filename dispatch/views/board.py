"""The dispatcher's board in the admin."""

import json
from functools import wraps

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import StaffRole
from accounts.permissions import is_operator, operator_campuses
from core.errors import Invalid, NotAllowed
from core.ids import as_pk
from couriers.models import Courier
from delivery import selectors as delivery_selectors
from delivery import services as delivery
from delivery.models import Leg
from dispatch import selectors, services

ROLES = (StaffRole.Role.DISPATCHER, StaffRole.Role.SUPERVISOR)


def board_view(view):
    """For dispatchers and supervisors; the campus is ?campus=, or the first of theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        campuses = list(operator_campuses(request.user, *ROLES).filter(is_active=True))
        if not campuses:
            raise NotAllowed
        wanted = request.GET.get("campus", "")
        request.campuses = campuses
        request.campus = next(
            (one for one in campuses if one.code == wanted), None if wanted else campuses[0]
        )
        if request.campus is None:
            raise Http404
        return view(request, *args, **kwargs)

    return admin.site.admin_view(guarded)


@board_view
@require_GET
def board(request):
    context = {**admin.site.each_context(request), "title": _("Dispatch board"), **_context(request)}
    return render(request, "admin/dispatch/board.html", context)


@board_view
@require_GET
def live(request):
    if not request.htmx:
        return redirect(f"{reverse('board:board')}?campus={request.campus.code}")
    return render(request, "admin/dispatch/_board.html", _context(request) | {"oob": True})


@board_view
@require_POST
def put(request):
    """A leg onto a courier, or onto another courier's leg: assigned, offered, forced or exchanged."""
    leg = _leg(request, "leg")
    how = request.POST.get("how", "put")
    if other := request.POST.get("with", ""):
        if request.POST.get("courier"):
            raise Invalid(_("Choose either a courier or a job to exchange with, not both."))
        if how == "offer":
            raise Invalid(_("An exchange is not offered: it is assigned."))
        services.swap_assignments(
            leg=leg, other=_leg(request, "with"), actor=request.user, force=how == "force"
        )
        return _done(request, _("%(one)s and %(two)s have changed hands.") % {"one": leg.no, "two": other})
    if (pk := as_pk(request.POST.get("courier", ""))) is None:
        raise Invalid(_("Choose a courier."))
    courier = get_object_or_404(Courier, pk=pk, campus=request.campus)
    names = {"name": courier.user.display_name}
    if how == "offer":
        services.make_offer(courier=courier, legs=[leg], actor=request.user)
        return _done(request, _("%(name)s is being asked.") % names)
    services.assign_leg(leg=leg, courier=courier, actor=request.user, force=how == "force")
    return _done(request, _("%(name)s has the job.") % names)


@board_view
@require_POST
def take_back(request):
    services.unassign_leg(leg=_leg(request, "leg"), actor=request.user)
    return _done(request, _("The job is open again, and the courier knows."))


@board_view
@require_POST
def split(request):
    leg = _leg(request, "leg")
    if delivery.split(leg=leg, actor=request.user).pk == leg.pk:
        raise Invalid(_("No relay station can take it now."))
    return _done(request, _("It goes by the relay station now, in two legs."))


@board_view
@require_POST
def without_photo(request):
    """A supervisor lets a courier leave it at the door without a photo."""
    delivery.allow_without_photo(leg=_leg(request, "leg"), actor=request.user)
    return _done(request, _("Allowed. The courier sees it at once."))


def _leg(request: HttpRequest, name: str) -> Leg:
    no = request.POST.get(name, "")
    if not no:
        raise Invalid(_("Choose a job."))
    return get_object_or_404(Leg.objects.select_related("courier__user"), no=no, campus=request.campus)


def _done(request: HttpRequest, text: str) -> HttpResponse:
    if request.htmx:
        trigger = {"toast": {"text": text, "level": "success"}, "board:changed": {}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(trigger)})
    messages.success(request, text)
    return redirect(f"{reverse('board:board')}?campus={request.campus.code}")


def _context(request: HttpRequest) -> dict:
    found = selectors.board(request.campus)
    movable = [card for card in found.open if card.movable]
    held = [card for one in found.couriers for card in one.legs if card.movable]
    return {
        "board": found,
        "campuses": request.campuses,
        "movable": movable,
        "held": held,
        "waivers": delivery_selectors.waivers_asked(request.campus),
        "may_waive": is_operator(request.user, request.campus, StaffRole.Role.SUPERVISOR),
    }
